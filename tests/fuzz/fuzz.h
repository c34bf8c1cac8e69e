/* fuzz.h -- what the fuzz targets share.
 *
 * A target is one file with LLVMFuzzerTestOneInput(): libFuzzer calls it as it is, and
 * replay.c gives it a main() that reads files, for AFL++ and for the test command.
 * Whatever a target finds wrong ends the process: that is what a fuzzer takes note of.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define expect(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
