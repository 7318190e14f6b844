package org.bootgrade.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exec of the engine. */
final class ExecAttachment implements Attachment {

  private static final Logger LOG = LoggerFactory.getLogger(ExecAttachment.class);

  private final ByteQueue input = new ByteQueue();
  private final ResultCallback.Adapter<Frame> frames;

  /**
   * Starts an exec.
   *
   * @param exec its id; all three streams must be attached
   * @throws com.github.dockerjava.api.exception.DockerException when the engine does not start it
   */
  ExecAttachment(DockerClient docker, String exec, Listener listener) {
    this.frames =
        docker
            .execStartCmd(exec)
            .withStdIn(input)
            .exec(
                new ResultCallback.Adapter<>() {
                  @Override
                  public void onNext(Frame frame) {
                    // The library reads the next frame into the same array.
                    listener.received(
                        frame.getStreamType() == StreamType.STDERR, frame.getPayload().clone());
                  }

                  @Override
                  public void onComplete() {
                    listener.ended(null);
                    super.onComplete();
                  }

                  @Override
                  public void onError(Throwable throwable) {
                    listener.ended(throwable);
                    super.onError(throwable);
                  }
                });
  }

  @Override
  public void send(byte[] bytes) {
    input.add(bytes);
  }

  @Override
  public void close() {
    // Ending its input first: the engine's client would else write into a closed stream.
    input.close();
    try {
      frames.close();
    } catch (IOException alreadyEnded) {
      LOG.debug("the streams of an exec were closed already", alreadyEnded);
    }
  }
}
