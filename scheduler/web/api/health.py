"""What supervisors ask: whether it lives, and its figures in Prometheus' words."""

from collections.abc import Iterable

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response

from scheduler.health import diagnose, worst
from scheduler.vitals import gather
from scheduler.web.api.shapes import FAULTS, Health
from scheduler.web.site import At, Site
from storage import Outbox

router = APIRouter(tags=["health"], responses=FAULTS)


@router.get("/healthz")
def healthz(site: At) -> Health:
    """200 while page and archive answer; whether the service is well is `status`: green, yellow or red."""
    findings = diagnose(gather(site.database, site.clock(), channels=site.channels, tick=site.tick_seconds))
    return Health(ok=True, status=worst(findings), findings=[one.code for one in findings])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(site: At) -> Response:
    """Counts and ages for Prometheus, read from the archive when asked."""
    registry = CollectorRegistry()
    registry.register(_Figures(site))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Figures:
    def __init__(self, site: Site) -> None:
        self._site = site

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is asked before a scrape."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Everything, at one moment."""
        totals, now = self._site.archive.totals(), self._site.clock()
        archive = GaugeMetricFamily("jindu_archive", "What the archive holds", labels=["what"])
        for name in ("articles", "relevant", "stories", "links_pending", "links_failed"):
            archive.add_metric([name], getattr(totals, name))
        yield archive
        alerts = GaugeMetricFamily("jindu_alerts", "Alerts by state", labels=["state"])
        for state, number in Outbox(self._site.database).counts().items():
            alerts.add_metric([state], number)
        yield alerts
        beats = GaugeMetricFamily("jindu_beat_age_seconds", "Since the last sign of life", labels=["part"])
        for part, beat in self._site.ledger.beats().items():
            beats.add_metric([part], (now - beat.at).total_seconds())
        yield beats
        yield from self._sources(now.timestamp())

    def _sources(self, now: float) -> Iterable[GaugeMetricFamily]:
        failures = GaugeMetricFamily(
            "jindu_source_failures", "Failed looks in a row", labels=["portal", "url"]
        )
        ages = GaugeMetricFamily(
            "jindu_source_age_seconds", "Since the last good look", labels=["portal", "url"]
        )
        for source in self._site.ledger.sources():
            if source.active:
                failures.add_metric([source.portal, source.url], source.failures)
                if source.last_ok_at:
                    ages.add_metric([source.portal, source.url], now - source.last_ok_at.timestamp())
        yield failures
        yield ages
