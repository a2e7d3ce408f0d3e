"""What path models and studies say, as the catalogues of the pages know it: each text once, variable parts named."""

from __future__ import annotations

from django.utils.translation.trans_null import gettext_noop

# One text a line, however long: they are looked up, not read.
# ruff: noqa: E501
# fmt: off
TEXTS: tuple[str, ...] = (
    # checks
    gettext_noop("%(left)s of %(rows)s rows have no weight and are left out."),
    gettext_noop("%(rows)s rows, none with gaps."),
    gettext_noop("%(rows)s rows, %(gaps)s with gaps: %(left)s left out."),
    gettext_noop("%(rows)s rows, %(gaps)s with gaps: %(filled)s gaps filled with the item's mean."),
    gettext_noop("%(rows)s rows, %(gaps)s with gaps: each used for what it holds (NIPALS)."),
    gettext_noop("%(rows)s rows, %(gaps)s with gaps: %(filled)s gaps filled with the item's mean; %(left)s without any answer left out."),
    gettext_noop("%(rows)s rows, %(gaps)s with gaps: each used for what it holds (NIPALS); %(left)s without any answer left out."),
    gettext_noop("%(construct)s has %(count)s items: a common factor wants %(least)s at least."),
    gettext_noop("%(item)s of %(construct)s: %(share)s gave the same answer; it hardly varies."),
    gettext_noop(
        "%(item)s of %(construct)s runs against its other items: turn its answers round if it was asked in reverse."
    ),
    gettext_noop("To find a path of %(size)s four times of five, about %(need)s rows are needed."),
    gettext_noop(
        "%(rows)s weighted rows (as much as %(effective)s of equal weight, Kish 1965); to find a path of %(size)s four "
        "times of five, about %(need)s are needed."
    ),
    gettext_noop(
        "%(item)s of %(construct)s: %(n)s answer of %(code)s, far from the others (%(least)s to %(most)s); if it stands for "
        "none, say so (--missing %(same)s)."
    ),
    gettext_noop(
        "%(item)s of %(construct)s: %(n)s answers of %(code)s, far from the others (%(least)s to %(most)s); if it stands "
        "for none, say so (--missing %(same)s)."
    ),
    gettext_noop("%(rows)s rows; to find a path of %(size)s four times of five, about %(need)s are needed."),
)
"""Of results."""
PROBLEMS: tuple[str, ...] = (
    gettext_noop("No column of groups was named."),
    gettext_noop("Name the column that holds each row's group."),
    gettext_noop("Answers of employees and managers are told of together only."),
    gettext_noop("Run the model itself."),
    gettext_noop("The file would tell of single rows."),
    gettext_noop("Take the tables instead."),
    gettext_noop("There is no such study."),
    gettext_noop("There is no such study any more."),
    gettext_noop("There is no such run."),
    gettext_noop("There is no such version any more."),
    gettext_noop("Look at the list of studies, or ask whoever made the study to share it."),
    gettext_noop("Correct what is named and try again."),
    gettext_noop("You have %(count)s studies already."),
    gettext_noop("Remove one that nobody needs."),
    gettext_noop("Copy it, or ask a member of the team to change it."),
    gettext_noop("Only members make studies."),
    gettext_noop("Only who made a study takes it back from the team."),
    gettext_noop("Upload one file of answers, a row for each who answered: CSV, XLSX, Parquet or JSON lines."),
    gettext_noop("The file has %(columns)s columns; %(most)s is the most."),
    gettext_noop("Mend the row that is named, or save the file again from the program that it came from."),
    gettext_noop("The file has no rows of answers."),
    gettext_noop("The file has %(rows)s rows; %(most)s is the most."),
    gettext_noop("The study has no answers yet."),
    gettext_noop("The study's answers are not there any more."),
    gettext_noop("Upload a file of answers on the study's data page, or choose the workspace's own answers."),
    gettext_noop("Answers of employees and managers are told of %(least)s people or more together, never of fewer."),
    gettext_noop("Wait for more answers, or fill gaps instead of leaving rows out."),
    gettext_noop("There is no such group of people."),
    gettext_noop("Choose customers, employees or managers."),
    gettext_noop("The model is at version %(version)s by now; this follows version %(base)s."),
    gettext_noop("Look at the newest version, and bring your change into it."),
    gettext_noop("The text has %(count)s characters; %(most)s is the most."),
    gettext_noop("Shorten the text."),
    gettext_noop("The text holds a character that cannot be shown."),
    gettext_noop("The text cannot be read."),
    gettext_noop("There is no analysis %(name)s."),
    gettext_noop("The result was written by another release and cannot be read."),
    gettext_noop("Start it from the study's run page."),
    gettext_noop("The run has no result."),
    gettext_noop("Look at the run; start it again where it failed or was cancelled."),
    gettext_noop("A result cannot be written as %(ending)s."),
    gettext_noop("Choose one of the formats offered."),
    gettext_noop("The result has no such table."),
    gettext_noop("Choose one of the tables that are offered."),
    gettext_noop("Only estimates of models are compared."),
    gettext_noop("Choose two runs of that kind."),
    gettext_noop("On pages at most %(most)s resamples are drawn."),
    gettext_noop("Choose fewer, or download the model and run it by `safar model bootstrap`."),
    gettext_noop("The study has %(count)s runs already."),
    gettext_noop("Copy the study and go on there."),
    gettext_noop("The study was removed."),
    gettext_noop("The study was removed, or who asked for the run may not change it any more."),
    gettext_noop("Correct the construct, item or path that is named; docs/reference/path-model-file.md shows the form."),
    gettext_noop("The model has no constructs."),
    gettext_noop("constructs: is missing."),
    gettext_noop("name: is missing."),
    gettext_noop("The text describes no model: it has no constructs and no paths."),
    gettext_noop("Write lines as `X =~ x1 + x2` and `Y ~ X`, or begin with `safar model propose relief`."),
    gettext_noop("The model has no paths, so there is nothing to estimate."),
    gettext_noop("Construct %(name)s has no items."),
    gettext_noop("Construct %(name)s stands alone: no path leads to it or from it."),
    gettext_noop("Construct %(name)s names item %(item)s twice."),
    gettext_noop("Two constructs are named %(name)s."),
    gettext_noop("Item %(item)s measures two constructs: %(one)s and %(other)s."),
    gettext_noop("The model has no construct %(name)s; it has %(there)s."),
    gettext_noop("Path %(source)s -> %(target)s names an unknown construct %(name)s."),
    gettext_noop("Path %(source)s -> %(target)s is given twice."),
    gettext_noop("Path %(source)s -> %(target)s leads from a construct to itself."),
    gettext_noop("Path %(source)s -> %(target)s: nothing can act on an interaction."),
    gettext_noop("The paths form a circle: %(circle)s."),
    gettext_noop("Take one of its paths out: the model must be recursive."),
    gettext_noop("%(name)s cannot be a construct's name: 1 to 100 characters, none of them an asterisk."),
    gettext_noop("This is not TOML: %(why)s."),
    gettext_noop("The answers have no column %(item)s, an item of %(construct)s."),
    gettext_noop("The answers have no column %(item)s, an item of %(construct)s; did you mean %(close)s?"),
    gettext_noop("Give the column the item's name, or correct the item in the model."),
    gettext_noop("Item %(item)s of %(construct)s has no answers at all."),
    gettext_noop("Item %(item)s of %(construct)s is %(value)s in every row."),
    gettext_noop("Item %(item)s of %(construct)s has %(count)s answers outside its scale of %(low)s to %(high)s: %(codes)s."),
    gettext_noop("Item %(item)s of %(construct)s has 1 answer outside its scale of %(low)s to %(high)s: %(codes)s."),
    gettext_noop("Write decimals with a point (4.5), and thousands without a sign."),
    gettext_noop("%(name)s, column %(item)s: %(value)s in record %(record)s is no number."),
    gettext_noop("Code the answers as numbers, and leave missing ones empty."),
    gettext_noop("Nobody has rated any of %(items)s in this workspace."),
    gettext_noop("Name the items as the survey's questions; `safar measure mean --by question` lists those rated."),
    gettext_noop("The data have no column %(name)s for the case weights."),
    gettext_noop("The study has no questionnaire, and no model that one could be made from."),
    gettext_noop("Write the study's model first, or upload a questionnaire that there is already."),
    gettext_noop("Correct the file, or export it again from the program that it came from."),
    gettext_noop("The questionnaire was changed in the meantime."),
    gettext_noop("Shorten the questionnaire."),
    gettext_noop("A Triple-S description says what its answers mean; the study has no questionnaire to hold that."),
    gettext_noop("Upload the description on the study's questionnaire page first, then both files here."),
    gettext_noop("The form asks for something unknown."),
    gettext_noop("Load the page again."),
)
"""Of errors; see `problem_texts`."""
