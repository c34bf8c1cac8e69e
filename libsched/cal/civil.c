/* cal/civil.c -- the Gregorian calendar, without zones.
 *
 * The rule that lives here: a year is counted from 1 March, so that the leap day is its
 * last and month lengths repeat in a pattern of 153 days every five months.
 */
#include "cal/inside.h"

#define DAYS_IN_400_YEARS INT64_C(146097)
#define MARCH_0000 INT64_C(719468) /* days from 0000-03-01 to 1970-01-01 */

int64_t lsi_civil_floor(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

int64_t lsi_civil_days(int year, int month, int day)
{
    int64_t y = month > 2 ? year : (int64_t)year - 1;
    int64_t since_march = month > 2 ? month - 3 : month + 9;
    int64_t leap_days = lsi_civil_floor(y, 4) - lsi_civil_floor(y, 100) + lsi_civil_floor(y, 400);
    return y * 365 + leap_days + (153 * since_march + 2) / 5 + day - 1 - MARCH_0000;
}

void lsi_civil_date(int64_t days, int *year, int *month, int *day)
{
    int64_t n = days + MARCH_0000;
    int64_t era = lsi_civil_floor(n, DAYS_IN_400_YEARS);
    n -= era * DAYS_IN_400_YEARS;
    /* Take the leap days out: then each year has 365. */
    int64_t y = (n - n / 1460 + n / 36524 - n / (DAYS_IN_400_YEARS - 1)) / 365;
    int64_t in_year = n - (365 * y + y / 4 - y / 100);
    int64_t since_march = (5 * in_year + 2) / 153;
    *day = (int)(in_year - (153 * since_march + 2) / 5 + 1);
    *month = (int)(since_march < 10 ? since_march + 3 : since_march - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

int lsi_civil_month_days(int year, int month)
{
    if (month == 2)
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int lsi_civil_weekday(int64_t days)
{
    int64_t n = days + 3; /* 1970-01-01 was a Thursday */
    return (int)(n - lsi_civil_floor(n, 7) * 7);
}

int lsi_civil_read_date(const char *text, int64_t *days, lsi_error *e)
{
    *days = 0;
    if (lsi_text_size(text, 10) == 10 && text[4] == '-' && text[7] == '-') {
        int year = lsi_text_number(text, 4);
        int month = lsi_text_number(text + 5, 2);
        int day = lsi_text_number(text + 8, 2);
        if (year >= LSI_YEAR_MIN && year <= LSI_YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
            day <= lsi_civil_month_days(year, month)) {
            *days = lsi_civil_days(year, month, day);
            return LSCHED_OK;
        }
    }
    lsi_piece all = {text, lsi_text_size(text, 60)};
    return lsi_error_set(e, LSCHED_INVALID, "\"%s\" is not a date from 1970-01-01 to 2199-12-31",
                         lsi_value_quote(all).text);
}
