"""What readers call things, for questions to the archive: from the topic and the words of messages."""

from crawler.topics import Topic
from scheduler.alerts.wording import load_wording
from storage import FigureWords, QueryWords, figure_words


def query_words(topic: Topic) -> QueryWords:
    """The words of categories, substances and figures in a query."""
    wording = load_wording(topic)
    named = FigureWords(substances={name.casefold(): key for key, name in wording.substances.items()})
    return QueryWords(
        figures=figure_words().joined(named),
        categories={name: key for key, name in wording.categories.items()},
    )
