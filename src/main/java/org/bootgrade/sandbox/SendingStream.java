package org.bootgrade.sandbox;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/** Passes each write on at once, in an array of its own. */
final class SendingStream extends OutputStream {

  private final Consumer<byte[]> receiver;

  SendingStream(Consumer<byte[]> receiver) {
    this.receiver = receiver;
  }

  @Override
  public void write(int value) {
    receiver.accept(new byte[] {(byte) value});
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    receiver.accept(Arrays.copyOfRange(bytes, offset, offset + length));
  }
}
