#!/usr/bin/perl
# An SMSC on Net::SMPP. Says on standard output, a line of JSON each, what arrives, decoded by Perl's own Encode;
# does what it is told on standard input, a line of JSON each:
#   {"statuses":[88,0]}       answer the next submits with these statuses
#   {"deliver":{...}}         send a deliver_sm with these fields (message_state: a number)
#   {"unbind":1}              send an unbind
# Ends when standard input does.
use strict;
use warnings;
use Encode ();
use IO::Select;
use JSON::PP;
use Net::SMPP;

$| = 1;
$SIG{PIPE} = 'IGNORE';    # a peer may have left before its answer
my $json     = JSON::PP->new->canonical->ascii;
my %encoding = (0 => 'gsm0338', 3 => 'iso-8859-1', 8 => 'UCS-2BE');
my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, async => 1, smpp_version => 0x34) or die "listen: $!";
my $select   = IO::Select->new($listener, \*STDIN);
my ($link, $told, $taken, @statuses) = (undef, '', 0);

say_({ event => 'listening', port => $listener->sockport });
while (1) {
    for my $ready ($select->can_read) {
        if    ($ready == $listener) { $select->add($listener->accept) }
        elsif ($ready == \*STDIN)   { hear() }
        else                        { serve($ready) }
    }
}

sub say_ { print $json->encode($_[0]), "\n" }

sub hear {
    sysread(STDIN, $told, 65536, length $told) or exit 0;
    while ($told =~ s/^(.*)\n//) {
        my $order = $json->decode($1);
        push @statuses, @{ $order->{statuses} } if $order->{statuses};
        $link->unbind if $order->{unbind};
        next unless my $fields = $order->{deliver};
        $fields->{message_state} = pack 'C', $fields->{message_state} if exists $fields->{message_state};
        $fields->{receipted_message_id} .= "\0" if exists $fields->{receipted_message_id};
        $link->deliver_sm(%$fields);
    }
}

sub serve {
    my ($peer) = @_;
    local $SIG{__WARN__} = sub { };    # Net::SMPP complains of a peer that leaves
    my $pdu = $peer->read_pdu;
    if (!$pdu) {
        $select->remove($peer);
        close $peer;
        return say_({ event => 'gone' });
    }
    my $command = $pdu->explain_cmd;
    say_({ event => $command, status => $pdu->{status}, %{ fields($pdu) } });
    if ($command eq 'bind_transceiver') {
        $link = $peer;
        $peer->bind_transceiver_resp(seq => $pdu->{seq}, system_id => 'net-smpp');
    }
    elsif ($command eq 'submit_sm') {
        my $status = shift @statuses || 0;
        my $id     = $status ? '' : sprintf 'net_%d', ++$taken;
        $peer->submit_sm_resp(seq => $pdu->{seq}, status => $status, message_id => $id);
    }
    elsif ($command eq 'enquire_link') { $peer->enquire_link_resp(seq => $pdu->{seq}) }
    elsif ($command eq 'unbind')       { $peer->unbind_resp(seq => $pdu->{seq}) }
}

# What Net::SMPP decoded, with the message's text as Encode reads it and its user data header in hexadecimal.
sub fields {
    my ($pdu) = @_;
    my %fields = map { $_ => $pdu->{$_} } grep { !/^(data|short_message|message_payload|\d+)$/ } keys %$pdu;
    for my $octets (grep { defined && length } @$pdu{qw(short_message message_payload)}) {
        if ($pdu->{esm_class} & 0x40) {
            my $header = substr $octets, 0, 1 + ord $octets, '';
            $fields{header} = unpack 'H*', $header;
        }
        my $encoding = $encoding{ $pdu->{data_coding} };
        $fields{text} = $encoding ? Encode::decode($encoding, $octets) : unpack 'H*', $octets;
    }
    $fields{$_} = unpack 'H*', $fields{$_} for grep { /^sar_/ } keys %fields;
    return \%fields;
}
