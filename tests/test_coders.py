import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks
from framing.coders import DictionaryCoder
from framing import Codebook
from dataclasses import replace
TECHNOLOGY = Codebook.load("critical-technology")
ONE = replace(TECHNOLOGY, frames=TECHNOLOGY.frames[:1])

@pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
@parametrize_with_checks([DictionaryCoder(ONE)])
def test_conformance(estimator, check):
    check(estimator)
