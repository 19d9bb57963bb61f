# path: shop/forms.py
import re

from django.core.validators import RegexValidator
from django.urls import re_path
from marshmallow import validate
from pydantic import Field
from wtforms import StringField
from wtforms.validators import Regexp

# found: CWE-1333
check_name = RegexValidator(r"^(\w+\s?)*$")
# clean: CWE-1333
check_number = RegexValidator(r"^\d+$")
# found: CWE-1333
check_size = validate.Regexp(r"(\d+x?)+$")
# clean: CWE-1333
check_linear = Field(pattern=r"(\d+x?)+$")
# clean: CWE-1333
urlpatterns = [re_path(r"^a/(?P<rest>.*)/(?P<name>.*)/$", check_name)]


class Form:
    # found: CWE-1333
    name = StringField(validators=[Regexp(r"([a-z]+ ?)+$")])
    # clean: CWE-1333
    code = StringField(validators=[Regexp(r"[a-z]{3}-\d+$")])
