"""Topics: what the user wants to know about, as data files with a loader. A new topic is a new folder."""

from crawler.topics.entries import TopicError
from crawler.topics.loading import choose_topic, copy_topic, load_topic, read_topic, shipped_topics
from crawler.topics.measures import Figures, Measure, Rule
from crawler.topics.topic import Cue, Kind, Model, Substance, Term, Topic

__all__ = [
    "Cue",
    "Figures",
    "Kind",
    "Measure",
    "Model",
    "Rule",
    "Substance",
    "Term",
    "Topic",
    "TopicError",
    "choose_topic",
    "copy_topic",
    "load_topic",
    "read_topic",
    "shipped_topics",
]
