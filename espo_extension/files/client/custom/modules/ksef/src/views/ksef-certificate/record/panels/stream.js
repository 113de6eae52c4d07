/** What happened to the certificate, step by step. Nothing can be posted there. */
define('modules/ksef/views/ksef-certificate/record/panels/stream', ['views/stream/panel'], StreamPanel =>
    class extends StreamPanel {
        postDisabled = true

        setupActions() {
            this.actionList = [];
        }

        async createCollection() {
            await super.createCollection();

            // Changed fields stand in the audit log.
            this.collection.where = [{type: 'equals', attribute: 'type', value: 'KsefStep'}];
        }
    });
