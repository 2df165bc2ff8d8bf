"""Reads metrics as Prometheus does, with its own parser."""

from prometheus_client.parser import text_string_to_metric_families

from ml_engine_and_backend.api.observability import metrics

Labels = frozenset[tuple[str, str]]


class Scrape(dict[tuple[str, Labels], float]):
    """Samples by name and labels."""

    def __init__(self, text: str | None = None) -> None:
        """What `text` holds; without it, what this process has counted until now."""
        text = metrics.exposition().decode() if text is None else text
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = sample.name, frozenset(sample.labels.items())
                assert key not in self, f"{key} is there twice"
                self[key] = sample.value

    def of(self, name: str, **labels: str | int) -> float:
        """The sample with exactly these labels; 0 without one."""
        return self.get((name, frozenset((key, str(value)) for key, value in labels.items())), 0)

    def since(self, before: "Scrape", name: str) -> dict[Labels, float]:
        """How much each sample called `name` has grown, where it has."""
        grown = {key: value - before.get(key, 0) for key, value in self.items() if key[0] == name}
        return {labels: by for (_, labels), by in grown.items() if by}
