/**
 * QEMU as a witness: boots a program, asks the machine what happened, and hands on observations.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>What a guest prints is only a claim; what the processor did is not the guest's to say. Three
 * sources of QEMU are combined here, all of which lie outside the guest's reach:
 *
 * <ul>
 *   <li><b>The exception log</b> ({@link org.bootgrade.machine.ExceptionLog}). With {@code -d
 *       int,cpu_reset} QEMU's translator writes one block of text for each interrupt it delivers,
 *       with the registers of that moment. A fault of an instruction always leaves a line {@code
 *       check_exception} first; a software interrupt ({@code int 8}) and a hardware interrupt never
 *       do. That line is the difference between a double fault and something that merely entered
 *       the same handler. The trace event {@code serial_write} goes to the same file, so the log
 *       also tells what had been printed before each exception.
 *   <li><b>The gdb stub</b> ({@link org.bootgrade.machine.GdbClient}). It stops the machine, reads
 *       and writes registers and memory, sets breakpoints, and runs commands of QEMU's monitor.
 *       Descriptor tables and page tables read through it are decoded by {@link
 *       org.bootgrade.machine.Descriptors} and {@link org.bootgrade.machine.PageTables}.
 *   <li><b>The end of the process</b>: its exit code, or that it had to be ended.
 * </ul>
 *
 * <p>A person may look as well: {@link org.bootgrade.machine.DebugSession} is a machine that was
 * stopped at its double fault ({@link org.bootgrade.machine.DebugApproach}) and lets a debugger
 * talk to the stub ({@link org.bootgrade.machine.DebugRelay}). Nothing of that becomes evidence.
 *
 * <p>All of this is produced by QEMU but steered by an untrusted guest: everything read has a cap
 * on its size and every wait has a deadline. Parsers never throw for what they read; a stub that
 * does not answer as it should gives a {@link org.bootgrade.machine.GdbException}.
 *
 * <p>Firmware and boot loader take longer than the programs here, so nothing is booted twice: the
 * firmware's end is kept once for all ({@link org.bootgrade.machine.Firmware}), and each program's
 * first instruction on its own disk ({@link org.bootgrade.machine.Drive}), from which every machine
 * of that program begins.
 *
 * <p>The same image gives the same evidence: {@link org.bootgrade.machine.BootCommand} ties the
 * guest's clock to the number of executed instructions, so two boots leave byte-identical logs.
 */
@NullMarked
package org.bootgrade.machine;

import org.jspecify.annotations.NullMarked;
