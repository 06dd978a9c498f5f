#!/usr/bin/env python3
"""The check of the include table sees what is wrong, and nothing else."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import include_table  # noqa: E402


class IncludeTable(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.write("base/bytes.h", "#pragma once\n")
        self.write("model/part.h", '#pragma once\n#include "base/bytes.h"\n')
        self.write("scanner/scan.h", '#include "model/part.h"\n')
        self.write("scanner/unlock/zip.h", '#include "scanner/scan.h"\n')
        self.write("store/store.h", '#include "model/part.h"\n')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def faults(self, path, text):
        self.write(path, text)
        return include_table.check(self.root)

    def assert_fault(self, path, text, words):
        faults = self.faults(path, text)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(words, faults[0])
        self.assertTrue(faults[0].startswith(path), faults[0])

    def test_a_good_tree_has_no_fault(self):
        self.assertEqual(self.faults("scanner/containers/tar.cpp",
                                     '#include "scanner/unlock/zip.h"\n#include <archive.h>\n'), [])

    def test_a_lower_room_may_not_see_a_higher_one(self):
        self.assert_fault("base/text.cpp", '#include "model/part.h"\n', "base/ may not include")

    def test_rooms_of_the_scanner_do_not_see_each_other(self):
        self.write("scanner/office/cfb.h", "")
        self.assert_fault("scanner/text/lure.cpp", '#include "scanner/office/cfb.h"\n', "scanner/text/ may not")

    def test_the_core_of_the_scanner_does_not_see_its_rooms(self):
        self.assert_fault("scanner/scan.cpp", '#include "scanner/unlock/zip.h"\n', "scanner/ may not")

    def test_the_one_table_sees_all_rooms(self):
        self.assertEqual(self.faults("scanner/formats.cpp", '#include "scanner/unlock/zip.h"\n'), [])

    def test_the_gate_never_parses(self):
        self.assert_fault("milter/session.cpp", '#include "scanner/scan.h"\n', "milter/ may not")
        self.write("milter/session.cpp", "")
        self.assert_fault("sandbox/pool.cpp", '#include "scanner/scan.h"\n', "sandbox/ may not")

    def test_the_worker_sees_the_scanner(self):
        self.assertEqual(self.faults("sandbox/worker_main.cpp",
                                     '#include "scanner/scan.h"\nint main() { return 0; }\n'), [])

    def test_the_command_line_has_no_store(self):
        self.assert_fault("cli/quarantine.cpp", '#include "store/store.h"\n', "cli/ may not")

    def test_a_main_has_its_place(self):
        self.assert_fault("store/tool.cpp", "int main() { return 0; }\n", "a main stands in")
        self.write("store/tool.cpp", "")
        self.assertEqual(self.faults("daemon/main.cpp", "int main() { return 0; }\n"), [])

    def test_third_party_headers_are_confined(self):
        self.write("base/json.cpp", "#include <nlohmann/json.hpp>\n")
        self.assert_fault("base/again.cpp", "#include <nlohmann/json.hpp>\n", "included by 2 files")

    def test_third_party_headers_have_their_folder(self):
        self.assert_fault("store/rules.cpp", "#include <yara.h>\n", "belongs to scanner/rules/ alone")

    def test_includes_start_at_the_root(self):
        self.assert_fault("store/sqlite.cpp", '#include "store.h"\n', "from the root")

    def test_a_long_file_is_a_fault_a_long_table_is_not(self):
        text = "int x;\n" * 401
        self.assertEqual(self.faults("model/findings_table.cpp", text), [])
        self.assert_fault("store/sqlite.cpp", text, "longer than 400 lines")

    def test_fixtures_are_for_tests_alone(self):
        self.write("tests/fixtures/office.h", "")
        self.assertEqual(self.faults("store/store_test.cpp", '#include "tests/fixtures/office.h"\n'), [])
        self.assert_fault("store/store.cpp", '#include "tests/fixtures/office.h"\n', "store/ may not")


if __name__ == "__main__":
    unittest.main()
