"""The pieces of the HTML report: figures (numbers to places on a picture), words, the page."""
