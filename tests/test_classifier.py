from sklearn.utils.estimator_checks import parametrize_with_checks
import pytest
from framing.coders import FrameClassifier

@pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
@parametrize_with_checks([FrameClassifier()])
def test_conformance(estimator, check):
    check(estimator)
