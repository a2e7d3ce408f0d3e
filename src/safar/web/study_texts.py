"""What analyses of path models say, as the catalogues of the pages know it: each text once, variable parts named."""

from __future__ import annotations

from django.utils.translation import gettext_noop

# One text a line, however long: they are looked up, not read.
# ruff: noqa: E501
# fmt: off
TEXTS: tuple[str, ...] = (
    # verdicts
    gettext_noop("%(path)s is supported (%(value)s, %(level)s interval %(bounds)s, p %(p)s)."),
    gettext_noop("%(path)s is not supported: the interval holds zero (%(value)s, %(level)s interval %(bounds)s, p %(p)s)."),
    gettext_noop("%(path)s has the wrong sign: positive was expected, the opposite was found (%(value)s, %(level)s interval %(bounds)s, p %(p)s)."),
    gettext_noop("%(path)s has the wrong sign: negative was expected, the opposite was found (%(value)s, %(level)s interval %(bounds)s, p %(p)s)."),
    gettext_noop("%(path)s is estimated at %(value)s; without resamples nothing is said of chance."),
    # doubts
    gettext_noop("The estimates cannot be right as they stand: a reliability lies outside 0 to 1, a loading beyond 1, or the constructs' correlations cannot belong together. Their intervals share the fault."),
    gettext_noop("%(count)s of %(all)s resamples (%(share)s) could not be estimated and are left out; the intervals rest on an unsteady model."),
    gettext_noop("%(count)s of %(all)s resamples (%(share)s) gave estimates that cannot be right and are kept; the intervals rest on an unsteady model."),
    gettext_noop("%(count)s of %(all)s rows (%(share)s) were left out for missing answers; who does not answer may differ from who does."),
    gettext_noop("SRMR is %(value)s, above %(limit)s: the paths do not reproduce the items' correlations well (a convention, not a test)."),
    gettext_noop("%(construct)s shares so much with all others (full collinearity VIF %(value)s, above %(limit)s) that one way of asking may have made it."),
    gettext_noop("%(one)s and %(other)s can hardly be told apart (HTMT %(value)s, upper bound %(bound)s, not below %(limit)s)."),
    gettext_noop("%(one)s and %(other)s can hardly be told apart (HTMT %(value)s, value %(bound)s, not below %(limit)s)."),
    gettext_noop("Item %(item)s of %(construct)s says what the others say (VIF %(value)s): its weight is unsteady."),
    gettext_noop("%(construct)s is measured by one item, so that its error is taken for nothing."),
    gettext_noop("%(construct)s is measured by two items only."),
    gettext_noop("%(construct)s is measured unreliably (%(figures)s; %(limit)s is asked for)."),
    gettext_noop("Less than half of what the items of %(construct)s vary is its own (AVE %(value)s)."),
    gettext_noop("A path of %(value)s needs about %(need)s rows to be found four times of five (inverse square root); there are %(rows)s."),
    gettext_noop("A path of %(value)s needs more rows than surveys have to be found four times of five (inverse square root); there are %(rows)s."),
    gettext_noop("%(construct)s nearly follows from what acts on %(target)s beside it (VIF %(value)s)."),
    gettext_noop("A standardized path of %(value)s speaks for collinearity."),
    # tables
    gettext_noop("Items: loadings and weights"),
    gettext_noop("Constructs: reliability, convergent validity and what is explained"),
    gettext_noop("Correlations of constructs; on the diagonal the root of the AVE (Fornell-Larcker)"),
    gettext_noop("Discriminant validity: heterotrait-monotrait ratio (HTMT)"),
    gettext_noop("Paths"),
    gettext_noop("Total and indirect effects"),
    gettext_noop("Fit"),
    gettext_noop("Constructs"),
    gettext_noop("Loading"),
    gettext_noop("Interval"),
    gettext_noop("Weight"),
    gettext_noop("α std."),
    gettext_noop("R² adj."),
    gettext_noop("Upper bound"),
    gettext_noop("Estimate"),
    gettext_noop("Std. error"),
    gettext_noop("From → to"),
    gettext_noop("Total"),
    gettext_noop("Indirect"),
    gettext_noop("Value"),
    gettext_noop("SRMR, estimated model"),
    gettext_noop("No resamples were drawn."),
    gettext_noop("Intervals: %(kind)s, %(level)s, %(resamples)s resamples; %(failed)s failed, %(inadmissible)s inadmissible."),
    gettext_noop("* p < .05, ** p < .01, *** p < .001."),
    gettext_noop("α: of the answers as they are; α std.: of standardized ones. VIF: by all other constructs."),
    gettext_noop("Absolute correlations. The one-sided upper bound is compared with each limit."),
    gettext_noop("Absolute correlations. The one-sided value is compared with each limit."),
    gettext_noop("GoF is printed for comparison with older papers; it does not fall when a model is wrong."),
    # checks
    gettext_noop("%(construct)s has %(count)s items: a common factor wants %(least)s at least."),
    gettext_noop("%(item)s of %(construct)s: %(share)s gave the same answer; it hardly varies."),
    gettext_noop("To find a path of %(size)s four times of five, about %(need)s rows are needed."),
    gettext_noop("%(rows)s rows; to find a path of %(size)s four times of five, about %(need)s are needed."),
    gettext_noop("It goes against the other items of its construct: is it worded the other way round?"),
    gettext_noop("It hardly goes with the other items of its construct."),
    gettext_noop("More than half of the answers lie at one end of the scale."),
    gettext_noop("Its answers are far from normal."),
    gettext_noop("It shares too little with all other items (KMO)."),
)
