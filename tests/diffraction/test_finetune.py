import pickle

import numpy as np
import pytest

from emwidgets import models
from emwidgets.diffraction.classify import classify
from emwidgets.diffraction.explain import explain
from emwidgets.diffraction.finetune import finetune
from emwidgets.diffraction.networks.normalise import prepared
from emwidgets.diffraction.simulation.simulate import simulate_array

CALL = {"progress": False}


@pytest.fixture(scope="module")
def frames():
    """Spot and ring patterns in turn, of several crystals, in counts of a weak beam: 24."""
    found = []
    for number in range(24):
        structure = ("gold", "silicon", "nickel", "magnetite")[number // 2 % 4]
        image, _, _ = simulate_array(structure, (1, 1500)[number % 2], shape=(80, 64), pixel_size=0.3, seed=number)
        rng = np.random.default_rng(number)
        found.append(rng.poisson(300 * image / image.max() + 2))
    return np.stack(found)


@pytest.fixture(scope="module")
def labels():
    return {number: ("spot", "ring")[number % 2] for number in range(24)}


@pytest.fixture(scope="module")
def stack(frames):
    from hyperspy.signals import Signal2D

    return Signal2D(frames.reshape(4, 6, 80, 64), metadata={"General": {"title": "scan"}})


@pytest.fixture(scope="module")
def taught(stack, labels):
    return finetune(stack, labels, "cnn", **CALL)


@pytest.fixture(scope="module")
def images(frames):
    return prepared(frames[:5])


def test_the_labels_are_what_counts(stack, labels):
    """Whoever turns ring and spot round gets a network that goes that way."""
    turned = {number: {"ring": "spot", "spot": "ring"}[label] for number, label in labels.items()}
    found = finetune(stack, turned, "cnn", **CALL)
    assert found.after.surprise < found.before.surprise
    asked = classify(stack, found).probabilities[..., 0] - classify(stack, "cnn").probabilities[..., 0]
    turned_to_ring = np.array([label == "ring" for label in turned.values()]).reshape(4, 6)
    assert asked[turned_to_ring].mean() > 0 > asked[~turned_to_ring].mean()


def test_the_scores_are_counted_on_every_label_once(taught, labels):
    assert taught.before.patterns == taught.after.patterns == 24
    table = taught.to_dataframe()
    assert list(table.columns) == ["frame", "label", "before", "after"]
    assert dict(zip(table["frame"], table["label"], strict=True)) == labels
    for score, column in ((taught.before, "before"), (taught.after, "after")):
        assert score.accuracy == np.mean(table[column] > 0.5)
        assert score.interval[0] <= score.accuracy <= score.interval[1]


def test_the_score_before_is_that_of_the_network_as_it_was(taught, stack, labels):
    answered = classify(stack, "cnn").probabilities.reshape(24, 2)
    spot = [label == "spot" for label in labels.values()]
    np.testing.assert_allclose(taught.labelled["before"], answered[np.arange(24), np.array(spot, int)], atol=1e-5)


def test_the_score_after_is_of_networks_that_did_not_know_the_answer(stack, labels):
    """A label that says nothing of its pattern is learnt by heart, and held out it is still a guess."""
    rng = np.random.default_rng(0)
    noise = {number: str(label) for number, label in enumerate(rng.permutation(list(labels.values())))}
    found = finetune(stack, noise, "cnn", **CALL)
    spot = np.array([label == "spot" for label in noise.values()], int)
    by_heart = classify(stack, found).probabilities.reshape(24, 2)[np.arange(24), spot]
    assert found.after.balanced < 0.7
    assert by_heart.mean() > found.labelled["after"].mean()


def test_labels_in_an_array_as_text_and_from_the_widget_are_the_same(stack, labels, taught, images):
    array = np.array(list(labels.values())).reshape(4, 6)
    as_text = {str(number): label for number, label in labels.items()}
    for same in (array, array.astype(object), as_text):
        np.testing.assert_array_equal(finetune(stack, same, "cnn", **CALL).run(images)[0], taught.run(images)[0])
    part = np.where(np.arange(24).reshape(4, 6) < 14, array, "")
    assert len(finetune(stack, part, "cnn", **CALL).labelled) == 14


def test_a_lazy_stack_gives_the_same(stack, labels, taught, images):
    found = finetune(stack.as_lazy(), labels, "cnn", **CALL)
    np.testing.assert_allclose(found.run(images)[0], taught.run(images)[0], atol=1e-5)
    assert found.provenance.digest is None


def test_saved_and_loaded_it_answers_the_same(taught, images, tmp_path):
    path = taught.save(tmp_path / "mine")
    for network in (models.load(tmp_path / "mine"), models.load(path), pickle.loads(pickle.dumps(taught))):
        for one, other in zip(network.run(images), taught.run(images), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-4)
        assert network.card.temperature == taught.card.temperature
    assert sorted(one.name for one in path.parent.iterdir()) == ["cnn-finetuned.json", "cnn-finetuned.onnx"]
    card = models.card(path)
    assert card.metrics["after"]["patterns"] == 24
    assert card.training["labels"] == {"ring": 12, "spot": 12}
    assert card.training["made of"] == "diffraction/cnn"


def test_it_classifies_and_is_explained_as_itself(taught, stack):
    found = classify(stack, taught)
    assert list(found.members) == ["cnn-finetuned"]
    assert found.provenance.models == {"diffraction/cnn-finetuned": taught.card.digests["onnx"]}
    heat = explain(stack.inav[0, 0], taught, "spot")
    assert heat.data.max() <= 1
    assert not np.array_equal(heat.data, explain(stack.inav[0, 0], "cnn", "spot").data)


def test_it_can_be_taught_again(taught, stack, labels):
    again = finetune(stack, labels, taught, **CALL)
    assert again.card.name == "cnn-finetuned"
    assert again.card.training["digest of that"] == taught.card.digests["onnx"]
    assert again.card.digests != taught.card.digests


def test_what_is_neither_ring_nor_spot_stays_so(taught):
    rng = np.random.default_rng(0)
    foreign = prepared(rng.random((20, 80, 80)).cumsum(axis=1))
    before, after = (np.asarray(one.run(foreign)[0]) for one in (models.load("diffraction/cnn"), taught))
    np.testing.assert_allclose(before[:, :2].sum(axis=1), after[:, :2].sum(axis=1), atol=1e-4)
    np.testing.assert_allclose(before[:, 2], after[:, 2], atol=1e-4)


def test_too_few_to_hold_out_are_taught_and_said_to_be_too_few(stack, labels):
    found = finetune(stack, {number: labels[number] for number in range(6)}, "cnn", **CALL)
    assert found.before is found.after is None
    assert "taught on 6 patterns; with 3 of the rarer label they are too few" in found.note
    assert found.labelled["after"].isna().all()
    assert found.card.temperature == models.card("diffraction/cnn").temperature
    assert "too few" in found._repr_html_()


def test_one_kind_of_label_alone_is_refused(stack):
    with pytest.raises(
        ValueError, match="labels has 0 spot patterns: expected at least 2 of each kind; label some that"
    ):
        finetune(stack, dict.fromkeys(range(9), "ring"), "cnn", **CALL)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({0: "ring", 24: "spot"}, "labels has the frame 24: the signal has frames 0 to 23"),
        ({0: "ring", 1: "sopt"}, "labels says 'sopt' of frame 1: expected ring or spot"),
        ({0.5: "ring"}, "labels has the key 0.5: expected the flat index"),
        (np.array(["ring"] * 6), r"labels is ndarray of shape \(6,\): expected .* navigation shape, \(4, 6\)"),
        (np.ones((4, 6)), "expected {frame: 'ring' or 'spot'}, or an array of str"),
        (None, "expected {frame: 'ring' or 'spot'}"),
    ],
)
def test_labels_that_cannot_be_are_refused_by_name(stack, labels, message):
    with pytest.raises(ValueError, match=message):
        finetune(stack, labels, "cnn", **CALL)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs is 0: expected a whole number of at least 1"),
        ({"held_out": 0.9}, "held_out is 0.9: expected a share, more than 0 and at most 0.5"),
        ({"network": "hough"}, "network is 'hough': expected cnn, googlenet, densenet"),
    ],
)
def test_arguments_out_of_range_are_refused_by_name(stack, labels, options, message):
    with pytest.raises(ValueError, match=message):
        finetune(stack, labels, **CALL, **options)


def test_what_is_no_network_is_refused(stack, labels):
    with pytest.raises(TypeError, match="network is float: expected cnn, googlenet, densenet"):
        finetune(stack, labels, 0.3, **CALL)


def test_a_label_on_a_pattern_that_cannot_be_read_is_said(stack, labels):
    blank = stack.deepcopy()
    blank.data[0, 3] = 5
    with pytest.raises(ValueError, match=r"'frame 3' of 'scan' is constant \(all 5\): .* leave out its label"):
        finetune(blank, labels, "cnn", **CALL)


def test_the_bar_goes_to_its_end_and_can_be_left_out(stack, labels, capsys):
    finetune(stack, labels, "cnn", epochs=40)
    shown = capsys.readouterr().err
    assert "240/240" in shown  # five parts and all of them, 40 passes each
    finetune(stack, labels, "cnn", **CALL)
    assert capsys.readouterr().err == ""


def test_the_result_shows_itself(taught):
    html = taught._repr_html_()
    assert "diffraction/cnn-finetuned" in html
    assert str(taught.after) in html
    figure = taught.plot()
    assert [trace.name for trace in figure.data][:2] == ["ring", "spot"]
    assert len(figure.data[0].x) == 12


def test_how_it_was_made_goes_with_it(taught, labels):
    made = taught.provenance
    assert made.function == "emwidgets.diffraction.finetune"
    assert made.parameters["labels"] == {str(number): label for number, label in labels.items()}
    assert made.models == {"diffraction/cnn": models.card("diffraction/cnn").digests["onnx"]}
