/// Numbers that a network computes in; its weights are float32.
public enum Precision: String, CaseIterable, Sendable { case float32, bfloat16 }
