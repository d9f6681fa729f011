import re

import pytest
from streamlit.testing.v1 import AppTest

from fercore.ui.messages import plain


def _app():
    import streamlit as st

    from fercore.errors import InputError, MissingError
    from fercore.ui.messages import panel

    @panel
    def missing():
        raise MissingError("There is nothing yet.")

    @panel
    def wrong():
        raise InputError("That is no label.")

    @panel
    def broken():
        raise KeyError("secret detail")

    missing()
    wrong()
    broken()
    st.write("the rest lives")


def test_each_failure_is_one_sentence_in_its_place_and_the_rest_lives():
    app = AppTest.from_function(_app).run()
    assert app.info[0].value == "There is nothing yet."
    assert app.warning[0].value == "That is no label."
    assert "broken" in app.error[0].value
    assert "secret detail" not in app.error[0].value
    assert not app.exception
    assert app.markdown[0].value == "the rest lives"


@pytest.mark.parametrize("text", ["![x](http://elsewhere/x.png)", "<b>", "a|b", "`code`", ":red[x]", "$x$"])
def test_text_from_outside_is_shown_as_it_is(text):
    escaped = plain(text)
    assert escaped != text
    assert re.sub(r"\\(.)", r"\1", escaped) == text


def _stopping_app():
    import streamlit as st

    from fercore.ui.messages import panel

    panel(st.stop)()
    st.write("not reached")


def test_stopping_a_page_is_no_failure():
    app = AppTest.from_function(_stopping_app).run()
    assert not app.error
    assert not app.markdown
