"""Where writes go, in each API version: the half of `paths` that changes HubSpot."""

from urllib.parse import quote

from include.hubspot.paths import Paths


class WritePaths:
    """The paths that write, of the API version of `paths`."""

    def __init__(self, paths: Paths):
        """Stand beside `paths`."""
        self._paths = paths

    def batch(self, object_type: str, action: str) -> str:
        """Batch `create`, `update`, `upsert` or `archive` of records."""
        return f"{self._paths.objects(object_type)}/batch/{action}"

    def links(self, from_type: str, to_type: str, action: str) -> str:
        """Batch `create`, `archive`, `labels/archive` or `associate/default` of links."""
        read = self._paths.associations_batch_read(from_type, to_type)
        return f"{read.removesuffix('/read')}/{action}"

    def labels(self, from_type: str, to_type: str) -> str:
        """Types that links between two object types can have."""
        read = self._paths.associations_batch_read(from_type, to_type)
        return f"{read.removesuffix('/batch/read')}/labels"

    def property(self, object_type: str, name: str) -> str:
        """One property definition."""
        return f"{self._paths.properties(object_type)}/{_segment(name)}"

    def group(self, object_type: str, name: str) -> str:
        """One property group."""
        return f"{self._paths.property_groups(object_type)}/{_segment(name)}"

    def pipeline(self, object_type: str, pipeline_id: str) -> str:
        """One pipeline."""
        return f"{self._paths.pipelines(object_type)}/{_segment(pipeline_id)}"

    def stages(self, object_type: str, pipeline_id: str) -> str:
        """A pipeline's stages."""
        return f"{self.pipeline(object_type, pipeline_id)}/stages"

    def stage(self, object_type: str, pipeline_id: str, stage_id: str) -> str:
        """One stage."""
        return f"{self.stages(object_type, pipeline_id)}/{_segment(stage_id)}"

    def files(self) -> str:
        """The file manager."""
        return "/files/v3/files" if self._paths.api == "v3" else f"/files/{self._paths.api}/files"

    def file(self, file_id: str) -> str:
        """One file of the file manager."""
        return f"{self.files()}/{_segment(file_id)}"

    def daily_usage(self) -> str:
        """Calls that the account's private apps made today."""
        version = "v3" if self._paths.api == "v3" else self._paths.api
        return f"/account-info/{version}/api-usage/daily/private-apps"

    def limits(self, what: str) -> str:
        """How much is used of what an account may hold (`custom-properties`, `pipelines`)."""
        at = "/crm/v3/limits" if self._paths.api == "v3" else f"/crm/limits/{self._paths.api}"
        return f"{at}/{what}"


def _segment(name: str) -> str:
    if not name or name in {".", ".."}:
        raise ValueError(f"{name!r} is no name or id that HubSpot gives")
    return quote(name, safe="")
