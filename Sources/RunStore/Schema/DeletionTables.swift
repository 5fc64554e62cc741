/// A deleted run is hidden until it is restored or launched again, and its rows stay until they are freed.
let deletion = """
  ALTER TABLE run ADD COLUMN deleted_at INTEGER;
  CREATE INDEX run_deleted ON run (number) WHERE deleted_at IS NOT NULL;
  """
