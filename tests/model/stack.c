/* stack.c -- see stack.h.  The C library's own way asks the system for the mask of signals
 * at each turn, which costs more than all the rest of it.
 */
#include "stack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef STACK_BY_SYSTEM

void stack_prepare(stack_point *out, void *memory, size_t size, void (*begin)(void))
{
    if (getcontext(out) != 0)
        abort();
    out->uc_stack.ss_sp = memory;
    out->uc_stack.ss_size = size;
    makecontext(out, begin, 0);
}

void stack_switch(stack_point *from, stack_point *to)
{
    if (swapcontext(from, to) != 0)
        abort();
}

#else

void stack_leap(void **from, void *to);

#ifdef __x86_64__

enum {
    RETURN = 6,
    SLOTS = 8
};

__asm__(".text\n"
        ".globl stack_leap\n"
        ".hidden stack_leap\n"
        ".type stack_leap, @function\n"
        "stack_leap:\n"
        "    push %rbp\n"
        "    push %rbx\n"
        "    push %r12\n"
        "    push %r13\n"
        "    push %r14\n"
        "    push %r15\n"
        "    mov %rsp, (%rdi)\n"
        "    mov %rsi, %rsp\n"
        "    pop %r15\n"
        "    pop %r14\n"
        "    pop %r13\n"
        "    pop %r12\n"
        "    pop %rbx\n"
        "    pop %rbp\n"
        "    ret\n"
        ".size stack_leap, . - stack_leap\n");

#else

enum {
    RETURN = 11,
    SLOTS = 20
};

__asm__(".text\n"
        ".globl stack_leap\n"
        ".hidden stack_leap\n"
        ".type stack_leap, %function\n"
        "stack_leap:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp, #0]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n"
        "    str x9, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #0]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size stack_leap, . - stack_leap\n");

#endif

/* As if stack_leap() had been called there, from nowhere, with `begin` to go back to. */
void stack_prepare(stack_point *out, void *memory, size_t size, void (*begin)(void))
{
    void *frame[SLOTS] = {0};
    const uintptr_t end = ((uintptr_t)memory + size) & ~(uintptr_t)15;
    memcpy(&frame[RETURN], &begin, sizeof begin);
    out->top = (void *)(end - sizeof frame);
    memcpy(out->top, frame, sizeof frame);
}

void stack_switch(stack_point *from, stack_point *to)
{
    stack_leap(&from->top, to->top);
}

#endif
