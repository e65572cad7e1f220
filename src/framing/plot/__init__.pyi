# What `framing.plot` offers and where it is, a line a name; framing.facade reads it.

from framing.plot.agreement import plot_agreement as plot_agreement
from framing.plot.change import plot_change as plot_change
from framing.plot.change_points import plot_change_points as plot_change_points
from framing.plot.confusion import plot_confusion as plot_confusion
from framing.plot.contrast import plot_contrast as plot_contrast
from framing.plot.correction import plot_correction as plot_correction
from framing.plot.divergence import plot_divergence as plot_divergence
from framing.plot.effects import plot_effects as plot_effects
from framing.plot.emphasis import plot_emphasis as plot_emphasis
from framing.plot.keyness import plot_keyness as plot_keyness
from framing.plot.multiverse import plot_multiverse as plot_multiverse
from framing.plot.panels import small_multiples as small_multiples
from framing.plot.perspectives import plot_perspectives as plot_perspectives
from framing.plot.prevalence import plot_prevalence as plot_prevalence
from framing.plot.resonance import plot_resonance as plot_resonance
from framing.plot.search import plot_search as plot_search
from framing.plot.shift import plot_shift as plot_shift
from framing.plot.stability import plot_stability as plot_stability
from framing.plot.style import looks as looks
from framing.plot.ternary import plot_ternary as plot_ternary
from framing.plot.tf_idf import plot_tf_idf as plot_tf_idf
from framing.plot.timeline import plot_timeline as plot_timeline
from framing.plot.topics import plot_topics as plot_topics
from framing.plot.trend import plot_trend as plot_trend
from framing.plot.trends import plot_trends as plot_trends
