locals {
  name = "bucket
  size = 1
}
