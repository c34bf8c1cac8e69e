/* test_zonedb.c -- which zone database is in use, and that another one is noticed; all in
 * a folder of our own. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static lsi_error e;
static char folder[200];
static lsi_zones *zones;

static void path_of(const char *name, char path[400])
{
    snprintf(path, 400, "%s%s", folder, name);
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    char path[400];
    path_of(name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void remove_file(const char *name)
{
    char path[400];
    path_of(name, path);
    assert_int_equal(remove(path), 0);
}

static void write_text(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

/* The slim file of a zone that never changes. */
static void write_zone(const char *name, unsigned char hours)
{
    static const unsigned char header[44] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 4};
    unsigned char file[200];
    size_t size = 0;
    for (int i = 0; i < 2; i++) {
        int seconds = hours * 3600;
        const unsigned char type[10] = {
            0, 0, (unsigned char)(seconds >> 8), (unsigned char)seconds, 0, 0, 'A', 'A', 'A', 0};
        memcpy(file + size, header, sizeof header);
        memcpy(file + size + sizeof header, type, sizeof type);
        size += sizeof header + sizeof type;
    }
    size += (size_t)snprintf((char *)file + size, sizeof file - size, "\nAAA-%d\n", hours);
    write_file(name, file, size);
}

static int32_t offset(const char *name)
{
    const lsi_zone *z;
    if (lsi_zone_get(zones, name, &z, &e))
        fail_msg("%s", e.text);
    return lsi_zone_offset(z, 0);
}

static void test_versions(void **state)
{
    (void)state;
    assert_memory_equal(lsi_zone_version(zones), "files-", 6);
    assert_int_equal(strlen(lsi_zone_version(zones)), 22);
    static const struct {
        const char *file, *text, *version;
    } cases[] = {
        {"tzdata.zi", "# version 2026a\n# more\n", "2026a"},
        {"tzdata.zi", "# version 2026a-dirty", "2026a-dirty"},
        {"tzdata.zi", "# something\n", NULL},
        {"tzdata.zi", "# version \n", NULL},
        {"tzdata.zi", "# v", NULL},
        {"tzdata.zi", "", NULL},
        {"+VERSION", "2026b\n", "2026b"}, /* beside the tzdata.zi from before */
        {"+VERSION", "2026c", "2026c"},
        {"+VERSION", "", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(cases[i].file, cases[i].text);
        lsi_zone_refresh(zones);
        if (cases[i].version)
            assert_string_equal(lsi_zone_version(zones), cases[i].version);
        else
            assert_memory_equal(lsi_zone_version(zones), "files-", 6);
    }
    char longest[1000];
    memset(longest, 'v', sizeof longest);
    write_file("+VERSION", longest, sizeof longest);
    lsi_zone_refresh(zones);
    assert_int_equal(strlen(lsi_zone_version(zones)), 63);
    remove_file("+VERSION");
    remove_file("tzdata.zi");
}

static void test_another_database_is_noticed(void **state)
{
    (void)state;
    write_text("+VERSION", "2026a\n");
    write_zone("Here", 1);
    lsi_zone_refresh(zones);
    assert_int_equal(offset("Here"), 3600);
    assert_string_equal(lsi_zone_version(zones), "2026a");
    assert_false(lsi_zone_refresh(zones));

    write_zone("Here", 2);
    write_text("+VERSION", "2026b\n");
    assert_int_equal(offset("Here"), 3600); /* until it is looked at */
    assert_string_equal(lsi_zone_version(zones), "2026a");
    assert_true(lsi_zone_refresh(zones));
    assert_string_equal(lsi_zone_version(zones), "2026b");
    assert_int_equal(offset("Here"), 7200);
    assert_false(lsi_zone_refresh(zones));

    /* The same version, packed anew. */
    write_text("zone1970.tab", "something");
    assert_true(lsi_zone_refresh(zones));
    assert_string_equal(lsi_zone_version(zones), "2026b");
    remove_file("zone1970.tab");
    remove_file("+VERSION");
    remove_file("Here");
}

static void test_files_that_are_no_zones(void **state)
{
    (void)state;
    const lsi_zone *z;
    char path[400];
    write_text("Empty", "");
    write_text("Text", "no zone");
    path_of("Folder", path);
    assert_int_equal(mkdir(path, 0700), 0);
    path_of("Pipe", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    path_of("Loop", path);
    assert_int_equal(symlink("Loop", path), 0);
    path_of("Large", path);
    write_text("Large", "");
    assert_int_equal(truncate(path, 100000), 0);
    static const char *const names[] = {"Empty", "Text",  "Folder", "Pipe",
                                        "Loop",  "Large", "None",   "Text/None"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(lsi_zone_get(zones, names[i], &z, &e), LSCHED_INVALID);
        assert_non_null(strstr(e.text, names[i]));
    }
    for (size_t i = 0; i < 6; i++)
        remove_file(names[i]);
}

static void test_a_folder_that_is_not_there(void **state)
{
    (void)state;
    static char far[1500];
    const lsi_zone *z;
    memset(far, 'x', sizeof far - 1);
    const char *const folders[] = {"/nowhere/at/all/", far};
    for (size_t i = 0; i < 2; i++) {
        lsi_zones *other = lsi_zone_set_in(folders[i]);
        assert_non_null(other);
        assert_memory_equal(lsi_zone_version(other), "files-", 6);
        assert_int_equal(lsi_zone_get(other, "Europe/Berlin", &z, &e), LSCHED_INVALID);
        assert_int_equal(lsi_zone_get(other, "UTC", &z, &e), LSCHED_OK);
        assert_false(lsi_zone_refresh(other));
        lsi_zone_set_free(other);
    }
}

/* That no file can be opened now is no word about the zone. */
static void test_too_many_open_files(void **state)
{
    (void)state;
    struct rlimit was, none;
    const lsi_zone *z;
    write_zone("Here", 3);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    none = was;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int status = lsi_zone_get(zones, "Here", &z, &e);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
    assert_int_equal(status, LSCHED_STORE);
    assert_null(z);
    assert_non_null(strstr(e.text, "\"Here\" cannot be opened"));
    assert_int_equal(offset("Here"), 3 * 3600);
    remove_file("Here");
}

/* The database of this machine says what it is. */
static void test_installed(void **state)
{
    (void)state;
    lsi_zones *installed = lsi_zone_set_new();
    assert_non_null(installed);
    assert_true(strlen(lsi_zone_version(installed)) >= 5);
    lsi_zone_set_free(installed);
}

static int set_up(void **state)
{
    (void)state;
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/zonedb-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    strcat(folder, "/");
    zones = lsi_zone_set_in(folder);
    return zones ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    lsi_zone_set_free(zones);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_another_database_is_noticed),
        cmocka_unit_test(test_files_that_are_no_zones),
        cmocka_unit_test(test_a_folder_that_is_not_there),
        cmocka_unit_test(test_too_many_open_files),
        cmocka_unit_test(test_installed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
