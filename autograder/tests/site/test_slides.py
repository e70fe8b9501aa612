"""Slides for class: every question of a chapter before its answer, every figure, no request."""

import re

import pytest
from bs4 import BeautifulSoup

from autograder.tests.site.test_site import CHAPTERS, soup
from book import slides


@pytest.fixture(scope="module", params=[page for page in CHAPTERS if re.match("notebooks/[0-9]", page)])
def chapter(request, site):
    """The text of a chapter's page, and its slides."""
    deck = BeautifulSoup(slides.deck(site / request.param), "html.parser")
    return soup(site, request.param).select_one("article"), deck


def test_each_question_has_a_slide_and_then_its_answer(chapter):
    page, deck = chapter
    questions = [p.get_text() for p in page.select("p") if p.get_text().startswith("Predict.")]
    answers = [a.select_one("p").get_text() for a in page.select("details.answer") if a.select_one("p")]
    text = [slide.get_text() for slide in deck.select("section")]
    asked = [next(i for i, slide in enumerate(text) if question in slide) for question in questions]
    assert asked == sorted(asked) and len(asked) == len(questions) > 3
    assert all(any(answer in text[i + 1] for answer in answers) for i in asked)


def test_each_figure_is_there_with_its_alternative_text_and_nothing_is_fetched(chapter):
    page, deck = chapter
    figures = [
        img["alt"] for img in page.select("section section img:not(.only-dark)") if img.find_parent("section").h2
    ]
    assert sorted(img["alt"] for img in deck.select("img")) == sorted(figures)
    assert all(img["src"].startswith("data:image/") for img in deck.select("img"))
    assert not deck.select("script, link, iframe, a[href]")
