"""Questionnaires as files: our own TOML, LimeSurvey, Triple-S, workbooks and paper; and answers from all of them."""

from safar.files.questionnaire.answer_files import AnswerShape, write_answers
from safar.files.questionnaire.answer_table import AnswerTable, read_answers_file, read_table, tells_simulated
from safar.files.questionnaire.fault import text_fault_line
from safar.files.questionnaire.foreign import ReadSurvey
from safar.files.questionnaire.lime_survey import write_lss
from safar.files.questionnaire.lime_survey_read import read_lss
from safar.files.questionnaire.naming import match_columns
from safar.files.questionnaire.printed import as_html, as_markdown
from safar.files.questionnaire.recipe_form import write_recipe
from safar.files.questionnaire.toml_form import read_toml, write_questionnaire
from safar.files.questionnaire.triple_s import write_sss
from safar.files.questionnaire.triple_s_read import read_sss
from safar.files.questionnaire.workbook import questionnaire_workbook, read_workbook

__all__ = [
    "AnswerShape",
    "AnswerTable",
    "ReadSurvey",
    "as_html",
    "as_markdown",
    "match_columns",
    "questionnaire_workbook",
    "read_answers_file",
    "read_lss",
    "read_sss",
    "read_table",
    "read_toml",
    "read_workbook",
    "tells_simulated",
    "text_fault_line",
    "write_answers",
    "write_lss",
    "write_questionnaire",
    "write_recipe",
    "write_sss",
]
