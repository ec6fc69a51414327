"""What was rendered, cleaned in the process of the test."""

from edgewarden.manifests.uploads.cleaning import Tally, cleaned
from edgewarden.manifests.uploads.document import RenderedFile, Upload


class PlainCleaner:
    """As ``workflows.ports.Cleaner`` has it."""

    def cleaned(self, file: RenderedFile) -> tuple[Upload, Tally]:
        return cleaned(file.streams)
