"""One widget of each kind with its answer, so that what a first use writes to disk is in the image."""

import matplotlib.pyplot as plt

import emwidgets as emw


def main():
    """Make the four widgets; fails where one gives no answer."""
    plt.figure()  # finds the fonts, once and for all
    plt.close()
    widgets = [
        emw.DomainExplorer(emw.examples.cdte_twin().isig[:256, :256]),
        emw.PatternClassifier(emw.examples.gold_rings()),
        emw.ParticlePlayground(),
        emw.RefocusComparer(emw.examples.gold_on_carbon().isig[:128, :128]),
    ]
    for widget in widgets:
        print(f"{type(widget).__name__}: {widget.result}")


if __name__ == "__main__":
    main()
