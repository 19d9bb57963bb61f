"""Names that import roots are known by.

Data only: the import root of a project or library on the left, what people call it on the right. A
root that is not listed is called by itself, so a row here changes a word and never a verdict.

    >>> PROJECT_NAMES["nova"]
    'OpenStack Nova'
"""

from typing import Final

PROJECT_NAMES: Final = {
    "airflow": "Apache Airflow",
    "ansible": "Ansible",
    "barbican": "OpenStack Barbican",
    "beam": "Apache Beam",
    "celery": "Celery",
    "cinder": "OpenStack Cinder",
    "cpython": "CPython",
    "designate": "OpenStack Designate",
    "django": "Django",
    "flask": "Flask",
    "glance": "OpenStack Glance",
    "heat": "OpenStack Heat",
    "homeassistant": "Home Assistant",
    "horizon": "OpenStack Horizon",
    "ironic": "OpenStack Ironic",
    "keystone": "OpenStack Keystone",
    "magnum": "OpenStack Magnum",
    "manila": "OpenStack Manila",
    "matplotlib": "Matplotlib",
    "mistral": "OpenStack Mistral",
    "neutron": "OpenStack Neutron",
    "nova": "OpenStack Nova",
    "numpy": "NumPy",
    "octavia": "OpenStack Octavia",
    "odoo": "Odoo",
    "openedx": "Open edX",
    "pandas": "pandas",
    "placement": "OpenStack Placement",
    "pyspark": "Apache Spark",
    "rest_framework": "Django REST framework",
    "sahara": "OpenStack Sahara",
    "salt": "Salt",
    "scipy": "SciPy",
    "scrapy": "Scrapy",
    "senlin": "OpenStack Senlin",
    "sentry": "Sentry",
    "sklearn": "scikit-learn",
    "superset": "Apache Superset",
    "swift": "OpenStack Swift",
    "synapse": "Synapse",
    "tempest": "OpenStack Tempest",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
    "trove": "OpenStack Trove",
    "zulip": "Zulip",
    "zuul": "Zuul",
}

TEST_FRAMEWORKS: Final = {
    "unittest": "unittest",
    "unittest2": "unittest2",
    "pytest": "pytest",
    "nose": "nose",
    "testtools": "testtools",
    "django.test": "Django's test framework",
    "rest_framework.test": "Django REST framework's test client",
    "twisted.trial": "Twisted Trial",
    "tornado.testing": "Tornado's test framework",
    "aiohttp.test_utils": "aiohttp's test utilities",
    "absl.testing": "Abseil's test framework",
    "behave": "behave",
    "hypothesis": "Hypothesis",
}
"""Modules whose base classes and decorators make a test, with what the framework is called."""
