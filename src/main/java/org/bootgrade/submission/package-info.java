/**
 * Turns what a student hands in (a directory, zip, tar or tar.gz) into a safe {@link
 * org.bootgrade.submission.SourceTree}, or says in a sentence why it cannot.
 *
 * <p>Theory of operation. This is the hostile boundary: every byte of a submission was chosen by
 * somebody else. So an intake has two passes. The first only <em>lists</em>: a reader per format
 * names the entries, in memory bounded by {@link org.bootgrade.submission.IntakeLimits}. From that
 * list alone, without touching the disk, {@code Plan} decides what is left out (a build folder
 * shows itself only by its neighbours, which a tar may name after it), checks every name that is
 * kept, strips wrapping folders and resolves links to files of the tree. Only paths that a plan
 * made are ever written, by one writer, which makes new plain files below the destination, counts
 * the bytes it really sees, and hashes them as it copies. The second pass streams the contents of
 * the planned entries to that writer.
 *
 * <p>Nothing declared is believed: sizes are counted, a zip's local headers and checksums are held
 * against its central directory, and the type is taken from the content and never from the name.
 * Links are never followed by the file system; a link that names a file of the tree becomes a copy
 * of it, and any other link is a rejection.
 *
 * <p>An archive has one reading or none. The archive library picks one where tools differ, so what
 * names, places and measures entries is read once more from the bytes ({@code TarHeaders}, {@code
 * ZipDirectory}, {@code LocalHeader}): an archive of which Info-ZIP, 7-Zip, libarchive, GNU tar,
 * Python and Java would not all unpack the same files is a rejection, and so is one that holds
 * entries which its directory does not list ({@code ZipGaps}).
 *
 * <p>Whose fault a failure is: {@code Refusal} is the submission's and becomes {@link
 * org.bootgrade.submission.Rejected}; {@code ReadFault} and everything the destination reports are
 * ours and become {@link org.bootgrade.evidence.InfrastructureFailure}. Any other {@link
 * java.io.IOException} comes from decoding the submission and counts as damage to it. A runtime
 * exception is taken for damage only where it leaves the archive library, so that a defect of our
 * own never costs a student points.
 */
@NullMarked
package org.bootgrade.submission;

import org.jspecify.annotations.NullMarked;
