/**
 * Makes a machine ready to grade: a container engine, a base image, the images of the Dockerfile.
 *
 * <p><b>Theory of operation.</b> {@link org.bootgrade.setup.Setup#ensure} looks before it acts.
 * When the engine answers and both images are there under their current tags, that is all it does:
 * three small questions over the engine's socket. Otherwise it takes a lock, so that two programs
 * on one machine do not both install, and goes through four steps, each of which first asks whether
 * it is needed and says what it is about to do: an engine (start it, or install Debian's), a base
 * image (one that is there, one from a registry, or one made from the package mirror), and one
 * build for each image.
 *
 * <p>Nothing is installed or started unless the caller allows it; where that would be needed the
 * answer is {@link org.bootgrade.setup.Readiness.Missing}, with the mend. What was allowed, tried
 * and failed is an {@link org.bootgrade.evidence.InfrastructureFailure} that carries the end of the
 * log and names the file with the rest.
 *
 * <p>An image's tag is a digest of what shapes it: its stages of the Dockerfile and what this
 * machine adds (package sources, CA certificates). Nothing has to be remembered to know whether an
 * image is current, and a changed Dockerfile needs no version number.
 *
 * <p>What the steps do to the world goes through two small interfaces, one for this machine and one
 * for the engine, so the decisions are tested without either.
 */
@NullMarked
package org.bootgrade.setup;

import org.jspecify.annotations.NullMarked;
