locals {
  mixed = local.plain
}
