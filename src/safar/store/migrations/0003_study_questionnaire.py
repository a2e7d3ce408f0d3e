"""Studies hold the questionnaire that is asked for their model."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_studies")]

    operations = [
        migrations.AddField(model_name="study", name="questionnaire", field=models.TextField(blank=True, default="")),
        migrations.AddField(
            model_name="study", name="questionnaire_before", field=models.TextField(blank=True, default="")
        ),
    ]
