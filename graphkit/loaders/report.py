"""What a load did with each file: rows read, used, merged; nothing is dropped silently."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: `read` rows, of which `used` became elements and `merged` repeated one already read."""

    file: str
    becomes: str
    read: int
    used: int
    merged: int = 0


@dataclass(frozen=True, slots=True)
class LoadReport:
    """One source: its files and what has to be looked at."""

    dataset: str
    edition: str | None
    source_id: str
    invented: bool = False
    files: tuple[FileReport, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def read(self) -> int:
        return sum(file.read for file in self.files)
