"""To and from a learning management system: what students uploaded to Canvas or Moodle, marks and feedback back to it.

How these systems name things is taken from their own programs. Canvas: ``lib/content_zipper.rb`` (the archive),
``lib/gradebook_importer.rb`` (the CSV), ``infer_comment_context_from_filename`` in ``app/models`` (files uploaded
again). Moodle: ``mod/assign/classes/downloader.php`` (the archive), ``mod/assign/feedback/offline`` and
``grade/import/csv`` (the CSV), ``mod/assign/feedback/file/importziplib.php`` (the feedback files).
"""

from traitlets.config import Config

from autograder.lms.collect import LmsExtractor
from autograder.lms.export import CanvasExporter, MoodleExporter, PlainExporter

__all__ = ["CanvasExporter", "LmsExtractor", "MoodleExporter", "PlainExporter", "use_lms"]


def use_lms(config: Config) -> None:
    """Set up ``nbgrader zip_collect`` for the archives of Canvas and Moodle, and ``nbgrader export``.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader, as ``nbgrader_config.py`` has it.
    """
    config.ExportApp.plugin_class = PlainExporter
    config.ZipCollectApp.downloaded_directory = "classroom/downloaded"
    config.ZipCollectApp.extractor_plugin = LmsExtractor
    config.FileNameCollectorPlugin.named_regexp = r".*/(?P<student_id>[^/]+)/(?P<file_id>[^/]+)\.ipynb$"
