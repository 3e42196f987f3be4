"""The API does what its OpenAPI document says, whatever it is asked."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.readers import library

QUICK = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=tuple(HealthCheck),
)
PATHS = (
    "/api/v1/search",
    "/api/v1/facets",
    "/api/v1/timeline",
    "/api/v1/reports/{report}",
    "/api/v1/stories/{story}",
    "/api/v1/figures",
    "/api/v1/figures/sources",
    "/api/v1/coverage",
    "/feed",
    "/metrics",
    "/healthz",
)
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# The last two take no parameters that could be wrong.
ASKED = [(path, POSITIVE) for path in PATHS] + [(path, NEGATIVE) for path in PATHS[:-2]]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    with library(tmp_path_factory.mktemp("schema") / "archive.db") as address:
        yield schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")


@pytest.mark.parametrize(("path", "mode"), ASKED)
def test_every_answer_is_as_documented(
    document: schemathesis.BaseSchema, path: str, mode: schemathesis.GenerationMode
) -> None:
    @QUICK
    @given(case=document[path]["GET"].as_strategy(generation_mode=mode))
    def asked(case: schemathesis.Case) -> None:
        # A query may be well-formed for the document and still none.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    asked()
