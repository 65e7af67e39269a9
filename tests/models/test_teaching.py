from types import SimpleNamespace

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from emwidgets.models.teaching import optimizer  # noqa: E402

PLAN = SimpleNamespace(epochs=20, rate=4e-3, decay=0.1)


def rates(batches):
    schedule = optimizer(PLAN, batches)._learning_rate
    return np.array([float(keras.ops.convert_to_numpy(schedule(step))) for step in range(PLAN.epochs * batches + 1)])


def test_the_rate_rises_for_an_epoch_and_then_falls_to_nothing():
    found = rates(10)
    assert found[0] == pytest.approx(PLAN.rate / 20)
    assert found.argmax() == 10
    assert found.max() == pytest.approx(PLAN.rate)
    assert (np.diff(found[10:]) <= 1e-9).all()
    assert found[-1] == pytest.approx(0, abs=1e-6)


def test_biases_and_normalisations_do_not_decay():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.BatchNormalization()])
    teacher = optimizer(SimpleNamespace(epochs=1, rate=1e-2, decay=0.5), 10)
    teacher.build(model.trainable_variables)
    model.set_weights([np.ones(weight.shape) for weight in model.get_weights()])
    teacher.apply([keras.ops.zeros(variable.shape) for variable in model.trainable_variables])
    changed = {variable.name for variable in model.trainable_variables if keras.ops.min(variable) < 1}
    assert changed == {"kernel"}
