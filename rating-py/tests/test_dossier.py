"""One firm out of many, and as the only one."""

from firmrating._dossier import records_of


def test_records_of_one_firm_are_its_records(sample):
    assert len(sample.firms) > 100
    for firm_id in sample.firms[::50]:
        firm = sample.dossier(firm_id)
        alone = records_of(firm)
        assert alone.rejects.is_empty()
        assert alone.firms.to_list() == [firm_id]
        assert alone.dossier(firm_id).to_json() == firm.to_json()
