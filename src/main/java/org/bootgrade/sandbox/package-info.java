/**
 * Runs commands on untrusted material under limits.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>A {@link org.bootgrade.sandbox.Sandbox} opens {@link org.bootgrade.sandbox.Workspace}s. A
 * workspace is an empty, size-limited folder, a read-only or writable cache beside it, and the
 * right to run commands there until it is closed. What a workspace may do follows from its {@link
 * org.bootgrade.sandbox.Role} alone; a caller cannot widen it:
 *
 * <table>
 * <caption>Roles</caption>
 * <tr><th>role</th><th>image</th><th>network</th><th>cache</th><th>runs code of the submission</th></tr>
 * <tr><td>FETCH</td><td>toolchain</td><td>yes</td><td>writable</td><td>never</td></tr>
 * <tr><td>BUILD</td><td>toolchain</td><td>no</td><td>read-only</td><td>yes: build scripts, proc macros</td></tr>
 * <tr><td>STORE</td><td>toolchain</td><td>no</td><td>writable</td><td>never</td></tr>
 * <tr><td>BOOT</td><td>machine</td><td>no</td><td>none</td><td>only as the guest of an emulator</td></tr>
 * </table>
 *
 * <p>In a container everything holds: root file system read-only, every capability dropped,
 * no-new-privileges, user 1000, no network, and limits on memory, processor, processes, time and
 * disk (a tmpfs, so that nothing outlives the container). Files go in as a tar stream and come out
 * through byte caps; nothing of the host is mounted, which also makes a remote engine work. As
 * plain processes only time and output are limited, and the sandbox says so.
 *
 * <p>A container is kept by a process of another user, so that no command can end it; {@link
 * org.bootgrade.sandbox.Workspace#tidy} ends what commands left running.
 *
 * <p>In a container a command is an exec of the engine, which costs a tenth of a second. A boot
 * takes some twenty commands, so where the role is BOOT they run in a shell that was started by an
 * exec and stands ready ({@code StandingShell}). The shell's streams are those of its commands as
 * well. In the other roles code of a submission may run as the same user, and could write an
 * outcome of its own into them; there every command stays an exec of its own. While a conversation
 * is open its shell is busy, and a command beside it has another one ({@code StandingShells}).
 *
 * <p>A container that outlives a killed bootgrade ends by itself when its lifetime is over, and the
 * next start removes it earlier: its labels name the process that owned it.
 *
 * <p>This is the only package that starts processes.
 */
@NullMarked
package org.bootgrade.sandbox;

import org.jspecify.annotations.NullMarked;
