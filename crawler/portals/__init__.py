"""The news portals we watch, one TOML file each. Import names from here only."""

from crawler.hosts import pace_group
from crawler.portals.loading import PortalError, load_portals
from crawler.portals.portal import Portal
from crawler.portals.source import PortalSource

__all__ = ["Portal", "PortalError", "PortalSource", "load_portals", "pace_group"]
