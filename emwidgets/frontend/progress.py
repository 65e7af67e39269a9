"""How far the steps of a page are: a bar in a notebook or a terminal, and one line of text when it is done."""

from __future__ import annotations

from types import TracebackType

from tqdm import tqdm


class Progress:
    """A bar of `total` steps, as a context.

    In a notebook it is drawn by the browser's own ``<progress>`` in an output that is replaced as it goes, and by one
    line of text at the end. A bar of ipywidgets would leave a view in the saved notebook whose model is gone.
    """

    def __init__(self, total: int):
        self.total, self.done, self.note = total, 0, ""
        self._bar = self._output = None

    def __enter__(self):
        if self.total > 1 and _in_notebook():
            from IPython.display import display

            self._output = display(self._drawn(), raw=True, display_id=True)
        else:
            self._bar = tqdm(total=self.total, desc="page", unit="step", leave=False, disable=self.total <= 1)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None):
        if self._bar is not None:
            self._bar.close()
        if self._output is not None:
            self._output.update({"text/plain": self._text()}, raw=True)

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        if self._bar is not None:
            self._bar.update()
        if self._output is not None:
            self._output.update(self._drawn(), raw=True)

    def say(self, note: str) -> None:
        """Show a note beside the bar."""
        self.note = note
        if self._bar is not None:
            self._bar.set_postfix_str(note)

    def _text(self):
        return f"{self.done} of {self.total} steps" + (f", {self.note}" if self.note else "")

    def _drawn(self):
        bar = f'<progress max="{self.total}" value="{self.done}" aria-label="steps of the page"></progress>'
        return {"text/html": f"{bar} {self._text()}", "text/plain": self._text()}


def _in_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")
