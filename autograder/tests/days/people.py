"""What a student and an instructor do in a day, each step as it is done by hand; a step returns what was seen."""

import nbformat

from autograder.tests.days.lab import Person

ASSIGNMENT = "01_why_padding"


def place(folder, name):
    """Return where a cell stands in the notebook of an assignment's folder."""
    cells = nbformat.read(folder / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4).cells
    return [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells].index(name)


class Student(Person):
    """A student in nbgrader's Assignment List and in an exercise."""

    def assignments(self):
        """Open the Assignment List."""
        self.launch()
        self.choose("Assignment List")
        return self.listed("released")

    def listed(self, kind):
        """Return the assignment's line among those released, fetched or submitted, once it is there."""
        line = self.page.locator(f"#{kind}_assignments_list > .list_item", has_text=ASSIGNMENT)
        line.wait_for()
        return line

    def fetch(self):
        """Fetch the assignment and open its notebook."""
        self.listed("released").get_by_role("button", name="Fetch").click()
        fetched = self.listed("fetched")
        notebook = fetched.locator(".nested_list_item").get_by_role("link", name=ASSIGNMENT)
        fetched.locator(".assignment-notebooks-link").click()
        notebook.wait_for()
        self.picture("student_1_fetched")
        notebook.click()
        self.opened()

    def answer(self, answers):
        """Write answers, ``{cell: text}``, after the notebook's first code cell was run."""
        self.run(place(self.lab.folder, "setup"))
        for name, text in answers.items():
            self.write(place(self.lab.folder, name), text)

    def check(self, function):
        """Run the check of a function and return its report."""
        index = place(self.lab.folder, f"check_{function}")
        report = "\n".join(self.run(index))
        self.picture("student_2_report", self.cell(index))
        return report

    def validate(self):
        """Press Validate, which saves the notebook first, and return what it says."""
        self.page.locator(".jp-NotebookPanel").get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog", has_text="Validation Results")
        dialog.wait_for()
        self.picture("student_3_validated")
        said = dialog.inner_text()
        dialog.get_by_role("button", name="Ok").click()
        return said

    def submit(self):
        """Submit, and return the line of what was submitted."""
        self.page.get_by_role("tab", name="Assignments").click()
        self.listed("fetched").get_by_role("button", name="Submit").click()
        submitted = self.listed("submitted")
        self.picture("student_4_submitted")
        return submitted.inner_text()

    def feedback(self):
        """Fetch the feedback, open its page, and return the text."""
        self.launch()
        self.choose("Assignment List")
        submitted = self.listed("submitted")
        submitted.get_by_role("button", name="Fetch Feedback").click()
        submitted.get_by_text("(view feedback)").click()  # leads to the folder in the file browser
        self.page.locator(".jp-DirListing-item", has_text=f"{ASSIGNMENT}.html").dblclick()
        page = self.page.frame_locator(".jp-HTMLViewer iframe")
        page.get_by_text("What went wrong").first.scroll_into_view_if_needed()
        self.picture("student_5_feedback")
        return page.locator("body").inner_text()


class Instructor(Person):
    """An instructor in Create Assignment and in Formgrader."""

    def edit(self):
        """Open the source of the assignment."""
        self.open(f"/tree/solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
        self.opened()

    def give_points(self, cell, points):
        """Change a cell's points with Create Assignment, save, and return the total that is shown."""
        self.page.get_by_role("tab", name="Create Assignment").click()
        side = self.page.locator(".nbgrader-CreateAssignmentWidget")
        entry = side.locator(".nbgrader-CellWidget").nth(place(self.lab.folder / "solutions", cell))
        entry.scroll_into_view_if_needed()
        entry.click()
        entry.get_by_label("Points").fill(str(points))
        entry.get_by_label("Points").press("Tab")
        self.picture("instructor_1_create_assignment")
        with self.page.expect_response(lambda answer: answer.request.method == "PUT" and "/contents/" in answer.url):
            self.page.keyboard.press("Control+s")
        return side.locator(".nbgrader-TotalPointsInput").input_value()

    def formgrader(self):
        """Open Formgrader."""
        self.launch()
        self.choose("Formgrader")
        self.row().wait_for()

    @property
    def frame(self):
        """Formgrader's own page inside of JupyterLab's."""
        return self.page.frame_locator("iframe")

    @property
    def table(self):
        """The table on a page of Formgrader."""
        return self.frame.locator("table").first

    def row(self):
        """Return the assignment's row in Formgrader."""
        return self.frame.locator("#main-table tr", has_text=ASSIGNMENT)

    def press(self, button):
        """Press one of the buttons of a row and return what Formgrader then says."""
        return self.said(self.row().locator(f".{button} a"))

    def said(self, button):
        """Press a button and return what Formgrader says."""
        button.click()
        box = self.frame.locator(".modal-dialog", has_text="Log Output")
        box.wait_for()
        text = box.inner_text()
        box.get_by_role("button", name="OK").click()
        box.wait_for(state="hidden")
        return text

    def autograde(self, student):
        """Open the submissions, press Autograde for one, and return what Formgrader says."""
        self.row().locator(".num-submissions a").click()
        row = self.frame.locator("#main-table tr", has_text=student)
        said = self.said(row.locator(".autograde a"))
        row.locator(".status", has_text="needs manual grading").wait_for()
        self.picture("instructor_3_autograded", self.table)
        return said

    def grade_by_hand(self, cell, points, comment):
        """Grade a written answer of the first submission in Formgrader, and return its mark as listed afterwards."""
        frame = self.frame
        frame.get_by_role("link", name="Manual Grading").click()
        frame.locator(f'#main-table a[href$="gradebook/{ASSIGNMENT}"]').click()
        frame.locator(f'#main-table a[href$="gradebook/{ASSIGNMENT}/{ASSIGNMENT}"]').click()
        frame.locator("#main-table .name a").first.click()
        for field in (f"#{cell}_extra_credit", f"#{cell}-comment"):
            frame.locator(f"{field}[placeholder]").wait_for()  # Formgrader has loaded the marks and listens
        self.enter("grade", frame.locator(f"#{cell}"), str(points))
        self.enter("comment", frame.locator(f"#{cell}-comment"), comment)
        frame.locator(f"#{cell}-comment").scroll_into_view_if_needed()
        self.picture("instructor_4_graded_by_hand")
        frame.get_by_role("link", name="Manual Grading").click()
        score = frame.locator("#main-table .score")
        score.wait_for()
        return score.inner_text()

    def enter(self, what, field, text):
        """Fill a field of Formgrader, which saves it as soon as it is left."""
        with self.page.expect_response(lambda answer: answer.request.method == "PUT" and f"/api/{what}/" in answer.url):
            field.fill(text)
            field.press("Tab")

    def give_feedback(self):
        """Generate and release the feedback, and return what Formgrader says."""
        self.frame.get_by_role("link", name="Manage Assignments").click()
        return self.press("generate-feedback") + self.press("release-feedback")
