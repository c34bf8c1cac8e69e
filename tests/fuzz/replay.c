/* replay.c -- a main() for a fuzz target: gives it every file that is named, and every one
 * in the folders that are named; without any, standard input.  AFL++ runs it likewise.
 *
 *   replay [--suffix .ics] PATH...
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

static const char *suffix = "";
static size_t count;

static void replay_stream(FILE *in)
{
    size_t size = 0, room = 1 << 16, got;
    char *data = malloc(room);
    while (data != NULL && (got = fread(data + size, 1, room - size, in)) > 0) {
        size += got;
        if (size == room)
            data = realloc(data, room *= 2);
    }
    if (data == NULL)
        exit(2);
    /* Exactly as large as the input, so that a read past its end is seen. */
    uint8_t *exact = malloc(size ? size : 1);
    if (exact == NULL)
        exit(2);
    memcpy(exact, data, size);
    free(data);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    count++;
}

static void replay_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        perror(path);
        exit(2);
    }
    replay_stream(in);
    fclose(in);
}

static bool wanted(const char *name)
{
    const size_t size = strlen(name), tail = strlen(suffix);
    return name[0] != '.' && size >= tail && strcmp(name + size - tail, suffix) == 0;
}

static void replay_path(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) {
        replay_file(path);
        return;
    }
    struct dirent **names;
    const int found = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < found; i++) {
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (stat(inner, &about) == 0 && names[i]->d_name[0] != '.' &&
            (S_ISDIR(about.st_mode) || wanted(names[i]->d_name)))
            replay_path(inner);
        free(names[i]);
    }
    if (found >= 0)
        free(names);
}

int main(int argc, char **argv)
{
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--suffix") == 0) {
        suffix = argv[2];
        first = 3;
    }
    if (first >= argc)
        replay_stream(stdin);
    for (int i = first; i < argc; i++)
        replay_path(argv[i]);
    printf("%zu inputs\n", count);
    return count > 0 ? 0 : 1;
}
