from django import forms
from django.db import connection
from rest_framework import serializers


class Search(forms.Form):
    text = forms.CharField()
    page = forms.IntegerField()
    kind = forms.CharField(validators=[check_kind])
    other = forms.CharField()

    def clean_other(self):
        return check(self.cleaned_data["other"])


class Order(serializers.Serializer):
    name = serializers.CharField()


def search(request):
    form = Search(request.POST)
    if form.is_valid():
        with connection.cursor() as cursor:
            # found: CWE-89
            cursor.execute("SELECT * FROM t WHERE a = '%s'" % form.cleaned_data["text"])
            # clean: CWE-89
            cursor.execute("SELECT * FROM t LIMIT %s" % form.cleaned_data["page"])
            # clean: CWE-89
            cursor.execute("SELECT * FROM t WHERE a = '%s'" % form.cleaned_data["kind"])
            # clean: CWE-89
            cursor.execute("SELECT * FROM t WHERE a = '%s'" % form.cleaned_data["other"])
            data = form.cleaned_data
            # found: CWE-89
            cursor.execute("SELECT * FROM t WHERE a = '%s'" % data.get("text"))
            # clean: CWE-89
            cursor.execute("SELECT * FROM t WHERE a = %s", [form.cleaned_data["text"]])


def order(request):
    serializer = Order(data=request.data)
    serializer.is_valid(raise_exception=True)
    with connection.cursor() as cursor:
        # found: CWE-89
        cursor.execute("SELECT * FROM t WHERE a = '" + serializer.validated_data["name"] + "'")
        # handled: CWE-89
        cursor.execute(
            "SELECT * FROM t WHERE a = '"
            + serializer.validated_data["name"].replace("'", "''")
            + "'"
        )
