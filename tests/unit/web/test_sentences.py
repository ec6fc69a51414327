from edgewarden.web.sentences import sentence


def test_what_a_sentence_quotes_is_code_and_everything_is_escaped() -> None:
    said = sentence("Set `a<b>` in <prod>, not `\u202e`.")

    assert str(said) == ("Set <code>a&lt;b&gt;</code> in &lt;prod&gt;, not <code>\\u202e</code>.")


def test_an_open_backtick_stays_one() -> None:
    assert str(sentence("An `open end")) == "An `open end"
