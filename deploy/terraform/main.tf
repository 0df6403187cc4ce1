# What BookRec needs of AWS itself: the models' bucket, the secret, and a role that may use these two and nothing else.

locals {
  # The same policies as in docs/ec2.md, for the bucket and the secret that are made here.
  bucket_policy = replace(file("${path.module}/../aws/policies/models-bucket.json"), "arn:aws:s3:::bookrec-models", aws_s3_bucket.models.arn)
  secret_policy = replace(
    file("${path.module}/../aws/policies/production-secret.json"),
    "arn:aws:secretsmanager:*:*:secret:bookrec/production-??????",
    aws_secretsmanager_secret.production.arn,
  )
}

resource "aws_s3_bucket" "models" {
  bucket = var.bucket

  # Without models a cluster has nothing to serve.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "models" {
  bucket                  = aws_s3_bucket.models.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "models" {
  bucket = aws_s3_bucket.models.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "models" {
  bucket = aws_s3_bucket.models.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "models" {
  bucket = aws_s3_bucket.models.id

  # What was deleted stays a month, in case it was deleted by mistake.
  rule {
    id     = "deleted"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

data "aws_iam_policy_document" "encrypted_only" {
  statement {
    sid       = "NothingWithoutTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.models.arn, "${aws_s3_bucket.models.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "models" {
  bucket = aws_s3_bucket.models.id
  policy = data.aws_iam_policy_document.encrypted_only.json
}

# Only its name: the value is put in by hand or by a pipeline, so that it is in no state file.
resource "aws_secretsmanager_secret" "production" {
  name                    = var.secret
  description             = "BookRec: jwt_secret_key, postgres_password, redis_password"
  recovery_window_in_days = 30
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type = "Service"
      # Machines, and pods of EKS by Pod Identity.
      identifiers = ["ec2.amazonaws.com", "pods.eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "bookrec" {
  name               = var.role
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "bucket" {
  name   = "models-bucket"
  role   = aws_iam_role.bookrec.id
  policy = local.bucket_policy
}

resource "aws_iam_role_policy" "secret" {
  name   = "production-secret"
  role   = aws_iam_role.bookrec.id
  policy = local.secret_policy
}

resource "aws_iam_instance_profile" "bookrec" {
  name = var.role
  role = aws_iam_role.bookrec.name
}
