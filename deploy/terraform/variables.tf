variable "region" {
  description = "Where bucket and secret are made."
  type        = string
  default     = "us-east-1"
}

variable "bucket" {
  description = "Name of the models' bucket, unique in the world: BookRec__Blobs__Bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket's name has 3 to 63 small letters, digits, dots and hyphens."
  }
}

variable "secret" {
  description = "Name of the secret: BookRec__Secrets__Name."
  type        = string
  default     = "bookrec/production"
}

variable "role" {
  description = "Name of the role and of the instance profile."
  type        = string
  default     = "bookrec"
}
