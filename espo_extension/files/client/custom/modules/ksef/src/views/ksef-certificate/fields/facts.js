define('modules/ksef/views/ksef-certificate/fields/facts', [
    'views/fields/base',
    'modules/ksef/certificate-facts',
    'modules/ksef/date-of',
], (Base, certificateFacts, dateOf) => class extends Base {
    detailTemplateContent = '{{#if value}}{{value}}{{else}}<span class="none-value">{{translate \'None\'}}</span>{{/if}}'
    listTemplateContent = '{{value}}'

    getAttributeList() {
        return certificateFacts.attributes;
    }

    getValueForDisplay() {
        const message = key => this.translate(key, 'messages', 'KsefCertificate');

        return certificateFacts.sentence(this.model.attributes, message, dateOf(this));
    }
});
