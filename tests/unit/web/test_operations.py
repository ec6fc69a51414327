"""What those who run the service see: life, readiness and numbers."""

from tests.support.web import REPOSITORY, Web, updated


def test_the_process_is_up_whatever_the_database_does() -> None:
    web = Web()
    web.readiness.wrong = "the database does not answer"

    assert web.client.get("/healthz").status_code == 200


def test_it_is_ready_when_the_database_is() -> None:
    assert Web().client.get("/readyz").status_code == 200


def test_it_is_not_ready_without_a_migrated_database() -> None:
    web = Web()
    web.readiness.wrong = "the database is not migrated; run: edgewarden db upgrade"

    answer = web.client.get("/readyz")

    assert answer.status_code == 503
    assert "db upgrade" in answer.text


def test_the_numbers_count_deliveries_and_what_waits() -> None:
    web = Web()
    web.deliver(updated())
    web.deliver(updated())
    web.client.post("/webhooks/git/team", data=b"{}")

    text = web.client.get("/metrics").text

    assert 'edgewarden_deliveries_total{forge="memory",outcome="accepted"} 1.0' in text
    assert 'edgewarden_deliveries_total{forge="memory",outcome="duplicate"} 1.0' in text
    assert 'edgewarden_deliveries_total{forge="memory",outcome="signature"} 1.0' in text
    assert "edgewarden_changes_due 1.0" in text
    assert "edgewarden_messages_due 1.0" in text


def test_the_numbers_name_routes_and_nothing_private() -> None:
    web = Web()
    web.deliver(updated())
    web.client.get("/reviews/some-private-name")
    web.client.open("/nothing/here", method="BREW")

    text = web.client.get("/metrics").text

    assert 'route="/reviews/<public_id>"' in text
    assert 'method="other"' in text
    for private in ("some-private-name", "BREW", "nothing/here", REPOSITORY, "public-1"):
        assert private not in text


def test_the_numbers_are_there_without_the_database() -> None:
    web = Web()
    web.readiness.wrong = "the database does not answer"

    assert web.client.get("/metrics").status_code == 200
