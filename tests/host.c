/* host.c -- part of every test program: what a host may have done before it calls us.
 *
 * A C program ignores LC_ALL until it asks for it.  Many hosts do, so the tests do; under
 * Turkish, tolower('I') is not 'i', and a decimal point is a comma.
 */
#include <locale.h>

__attribute__((constructor)) static void take_locale(void)
{
    setlocale(LC_ALL, "");
}
