#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What MIME-tools reads in messages: judge-letters.pl MESSAGE... writes one line
# of JSON for each, which judge-letters.py compares with what went in.

use strict;
use warnings;
use utf8;

use Digest::SHA qw(sha256_hex);
use Encode qw(decode);
use JSON::PP;
use MIME::Parser;
use MIME::WordDecoder qw(mime_to_perl_string);
use Mail::Address;

# A field on one line, its encoded words not yet decoded.
sub read_raw_field {
    my ($head, $name) = @_;
    my $value = $head->get($name);
    return undef unless defined $value;
    $value =~ s/\r?\n(?=[ \t])//g;
    $value =~ s/^\s+|\s+$//g;
    return $value;
}

sub read_addresses {
    my ($head, $name) = @_;
    my $value = read_raw_field($head, $name);
    return [] unless defined $value;
    my @pairs;
    for my $address (Mail::Address->parse($value)) {
        # An empty group is nobody, which Mail::Address does not know.
        next if ($address->address // '') =~ /^undisclosed-recipients:/;
        my $phrase = $address->phrase // '';
        if ($phrase =~ s/^"(.*)"$/$1/s) {
            $phrase =~ s/\\(.)/$1/g;
        }
        push @pairs, [ mime_to_perl_string($phrase), $address->address // '' ];
    }
    return \@pairs;
}

sub read_leaf {
    my ($entity) = @_;
    my $head = $entity->head;
    my $octets = $entity->bodyhandle->as_string;
    my $is_file = defined $head->get('Content-Disposition');
    my %leaf = (
        type => $entity->effective_type,
        sha256 => sha256_hex($octets),
        is_file => $is_file ? JSON::PP::true : JSON::PP::false,
    );
    if ($is_file) {
        $leaf{name} = $head->recommended_filename;
        my $id = read_raw_field($head, 'Content-ID');
        $leaf{cid} = $id =~ s/^<|>$//gr if defined $id;
    } else {
        $leaf{text} = decode($head->mime_attr('content-type.charset') // 'ascii', $octets);
    }
    return \%leaf;
}

sub collect_leaves {
    my ($entity, $leaves) = @_;
    if ($entity->parts) {
        collect_leaves($_, $leaves) for $entity->parts;
    } elsif ($entity->bodyhandle) {
        push @$leaves, read_leaf($entity);
    }
    return $leaves;
}

sub read_message {
    my ($path) = @_;
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    $parser->extract_nested_messages(0);
    my $entity = $parser->parse_open($path);
    my $head = $entity->head;
    my $subject = read_raw_field($head, 'Subject');
    return {
        subject => defined $subject ? mime_to_perl_string($subject) : undef,
        from => read_addresses($head, 'From'),
        to => read_addresses($head, 'To'),
        cc => read_addresses($head, 'Cc'),
        bcc => read_raw_field($head, 'Bcc'),
        leaves => collect_leaves($entity, []),
        problems => [ map { "$_" } $parser->results->errors, $parser->results->warnings ],
    };
}

my $json = JSON::PP->new->utf8->canonical;
print $json->encode(read_message($_)), "\n" for @ARGV;
