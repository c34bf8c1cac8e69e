/* stack.h -- stacks that run in turns, without asking the system at each turn. */
#ifndef TESTS_MODEL_STACK_H
#define TESTS_MODEL_STACK_H

#include <stddef.h>

/* A sanitizer follows the stacks, and the memory that is given out. */
#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEMORY_IS_WATCHED 1
#endif
#endif

#if defined(MEMORY_IS_WATCHED) || (!defined(__x86_64__) && !defined(__aarch64__))
#define STACK_BY_SYSTEM 1
#endif

#ifdef STACK_BY_SYSTEM
#include <ucontext.h>
typedef ucontext_t stack_point;
#else
/* What a call keeps is on the stack itself. */
typedef struct stack_point {
    void *top;
} stack_point;
#endif

/* Where `begin` is called, once somebody goes there; it must not come back. */
void stack_prepare(stack_point *out, void *memory, size_t size, void (*begin)(void));
/* Goes on there; whoever goes to `from` comes back from here. */
void stack_switch(stack_point *from, stack_point *to);

#endif
