"""Pure judging: an article's words become a verdict and its figures, each with the words it rests on."""

from crawler.judging.concluding import Conclusion, conclude
from crawler.judging.facts import find_facts
from crawler.judging.normalise import normalise
from crawler.judging.relevance import judge

__all__ = ["Conclusion", "conclude", "find_facts", "judge", "normalise"]
